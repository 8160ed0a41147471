internal import Glibc

extension ServiceLoop {
    /// Looks after connections that take too long, and after those whose client is gone while they wait.
    func sweep() {
        let now = now
        for connection in table.all {
            switch connection.phase {
            case .waiting:
                // Nothing is read while a request waits, so that the end of the connection must be looked for.
                if isAtEnd(connection.socket) { askWhetherGone(connection) }
            case .lingering:
                if discardInput(connection.socket) || now >= connection.deadline { kill(connection) }
            case .responding where connection.rest != nil && now < min(connection.deadline, connection.stallDeadline):
                sendRest(connection)
            case .responding where connection.rest == nil && hasInput(connection.socket):
                // libwebsockets leaves it unread and yet is woken by it, turn after turn.
                connection.closesAfterResponse = true
                if connection.isTLS || connection.hadInput || discardInput(connection.socket) { kill(connection) }
                connection.hadInput = true
            case .head, .body, .responding, .webSocket:
                guard now >= min(connection.deadline, connection.stallDeadline) else { continue }
                // An idle connection is closed without ado.
                if connection.phase != .head || connection.head == nil && !connection.hasAnswered {
                    count(.deadline)
                }
                kill(connection)
            }
        }
    }

    /// For a body or a response of so many bytes.
    func expect(_ bytes: Int, in phase: Connection.Phase, _ connection: Connection) {
        let deadlines = configuration.deadlines
        connection.phase = phase
        connection.stallDeadline = now + deadlines.stall.milliseconds
        connection.deadline = connection.stallDeadline + bytes / max(1, deadlines.minBytesPerSecond) * 1000
    }

    func renewStallDeadline(_ connection: Connection) {
        connection.stallDeadline = now + configuration.deadlines.stall.milliseconds
    }

    func isAtEnd(_ socket: Int32) -> Bool {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0
    }

    /// Something to be read, or the end.
    private func hasInput(_ socket: Int32) -> Bool {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) >= 0
    }

    /// Closing a socket with unread bytes resets the connection, and the client would lose what it was told.
    ///
    /// - Returns: whether the client has closed.
    func discardInput(_ socket: Int32) -> Bool {
        for _ in 0..<16 {
            let got = recv(socket, scratch, Self.scratchBytes, Int32(MSG_DONTWAIT))
            if got == 0 { return true }
            if got < 0 { return errno != EAGAIN && errno != EINTR }
        }
        return false
    }
}
