internal import CWebSockets
internal import Synchronization

/// What other threads want of a client's thread, and how much they have yet to read.
final class ClientMailbox: Sendable {
    enum Order: Sendable {
        case send([UInt8])
        case fetch(SocketClientFetch)
        case close(code: UInt16, reason: String)
        /// There is room for messages again.
        case read
    }

    /// `@unchecked Sendable`: other threads only pass it to `lws_cancel_service`, which is made for that.
    private struct Context: @unchecked Sendable { let pointer: OpaquePointer }

    private struct State {
        var orders: [Order] = []
        var context: Context?
        var unread = 0
        var isFull = false
        var isOver = false
    }

    private let state = Mutex(State())
    private let maxUnread: Int

    init(maxUnread: Int) { self.maxUnread = maxUnread }

    /// From now on posting wakes the thread of this context.
    func attach(_ context: OpaquePointer) {
        let attached = Context(pointer: context)
        state.withLock { $0.context = attached }
    }

    /// The connection is over. Must come before the context is destroyed.
    func detach() {
        state.withLock { state in
            state.context = nil
            state.isOver = true
        }
    }

    var isOver: Bool { state.withLock { $0.isOver } }

    func post(_ order: Order) { state.withLock { Self.post(order, &$0) } }

    func drain() -> [Order] {
        state.withLock { state in
            defer { state.orders = [] }
            return state.orders
        }
    }

    /// A message is on its way to the reader.
    ///
    /// - Returns: false when no more should be read until the order `read` comes.
    func passed(_ bytes: Int) -> Bool {
        state.withLock { state in
            state.unread += bytes
            if state.unread > maxUnread { state.isFull = true }
            return !state.isFull
        }
    }

    /// The reader has taken a message.
    func took(_ bytes: Int) {
        state.withLock { state in
            state.unread -= bytes
            guard state.isFull, state.unread <= maxUnread / 2 else { return }
            state.isFull = false
            Self.post(.read, &state)
        }
    }

    private static func post(_ order: Order, _ state: inout State) {
        let isFirst = state.orders.isEmpty
        state.orders.append(order)
        // Under the lock, so that the context can't be destroyed in between.
        if isFirst, let context = state.context { lws_cancel_service(context.pointer) }
    }
}
