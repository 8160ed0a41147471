internal import IndexFiles
internal import SocketService
internal import VectorSearch
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// Walks through whole graphs and tables that one viewer may have waiting.
    private static let maxWalks = 8

    /// Has a worker answer.
    ///
    /// - Returns: nil, as the answer comes later.
    mutating func later(
        _ question: Question, _ answer: @escaping @Sendable (Cancellation) -> Result<Reply, RPCError>
    ) throws(RPCError) -> Reply? {
        let (queue, number, cancellation) = (queue, errandsSoFar, Cancellation())
        let ticket = errands.submit { _ in queue.yield(.answered(number, question, answer(cancellation))) }
        return try expect(question, ticket.map(Errand.Ticket.errand), cancellation)
    }

    /// The same for what may take long, so that short work need not wait for it.
    mutating func walk(
        _ question: Question, _ answer: @escaping @Sendable (RouteFinder, Cancellation) -> Result<Reply, RPCError>
    ) throws(RPCError) -> Reply? {
        guard waitingErrands.values.count(where: { $0.isWalk && $0.viewer == question.viewer }) < Self.maxWalks else {
            throw RPCError(
                .busy,
                "\(Self.maxWalks) routes and finds of this connection are waiting; ask again when one is answered")
        }
        let (queue, number, cancellation) = (queue, errandsSoFar, Cancellation())
        let ticket = walks.submit { queue.yield(.answered(number, question, answer($0, cancellation))) }
        return try expect(question, ticket.map(Errand.Ticket.walk), cancellation)
    }

    private mutating func expect(
        _ question: Question, _ ticket: Errand.Ticket?, _ cancellation: Cancellation
    ) throws(RPCError) -> Reply? {
        guard let ticket else { throw RPCError(.busy, "too much is waiting; ask again later") }
        waitingErrands[errandsSoFar] = Errand(viewer: question.viewer, ticket: ticket, cancellation: cancellation)
        errandsSoFar += 1
        return nil
    }

    /// Passes on what a worker found out, unless nobody waits for it any more.
    mutating func answered(_ number: Int, _ question: Question, _ result: Result<Reply, RPCError>) {
        guard waitingErrands.removeValue(forKey: number) != nil else { return }
        hub.answer(question, result)
    }

    /// Calls off what a viewer that is gone waited for.
    mutating func abandonErrands(of viewer: ViewerID) {
        for (number, errand) in waitingErrands where errand.viewer == viewer {
            waitingErrands[number] = nil
            errand.cancellation.cancel()
            switch errand.ticket {
            case .errand(let ticket): _ = errands.withdraw(ticket)
            case .walk(let ticket): _ = walks.withdraw(ticket)
            }
        }
    }
}
