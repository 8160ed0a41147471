internal import CWebSockets
internal import Synchronization

/// What other threads want of the service thread.
enum Order: Sendable {
    case send(SharedFrame, [ConnectionID])
    case close(ConnectionID, code: UInt16, reason: String)
    case readOn(ConnectionID)
    case respond(HTTPRequestID, HTTPResponse)
    case reload(SocketServerConfiguration.Reloadable, RequestGuard, TLSIdentity?)
    case refuseNewcomers
    case stop(code: UInt16)
}

/// Orders on their way to the service thread, in the order they were given.
final class Mailbox: Sendable {
    /// `@unchecked Sendable`: other threads only pass it to `lws_cancel_service`, which is made for that.
    struct Context: @unchecked Sendable { let pointer: OpaquePointer }

    private let state = Mutex<(orders: [Order], context: Context?)>(([], nil))

    /// From now on posting wakes the thread of this context.
    func attach(_ context: OpaquePointer) {
        let attached = Context(pointer: context)
        state.withLock { $0.context = attached }
    }

    /// Must come before the context is destroyed.
    func detach() { state.withLock { $0.context = nil } }

    func post(_ order: Order) {
        state.withLock { state in
            let isFirst = state.orders.isEmpty
            state.orders.append(order)
            // One wake-up for all that waits; under the lock, so that the context can't be destroyed in between.
            if isFirst, let context = state.context { lws_cancel_service(context.pointer) }
        }
    }

    func drain() -> [Order] {
        state.withLock { state in
            defer { state.orders = [] }
            return state.orders
        }
    }
}
