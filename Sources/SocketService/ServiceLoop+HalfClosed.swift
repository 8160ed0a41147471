internal import CWebSockets
internal import Glibc

/// Clients that send no more and may still listen: `shutdown(SHUT_WR)`, as `nc -N` does after its input.
///
/// libwebsockets takes the end of what it reads for the end of the connection, and does not write where it may not read. So
/// it reads nothing of them from their request on, and what they are sent goes to the kernel without it. Who does so only
/// while a long answer is on its way is taken for gone, as is who does so with TLS.
extension ServiceLoop {
    func sendsNoMore(_ connection: Connection) -> Bool { !connection.isTLS && isAtEnd(connection.socket) }

    /// Only the kernel at the other end knows whether somebody listens, and says so when bytes come: it resets what nobody
    /// holds, which ends the connection here, too. Those of an interim response (RFC 9110 §15.2) change nothing for who waits.
    /// For a search that is worth it: it may take long, and is called off when nobody waits. A unix socket tells by itself.
    func askWhetherGone(_ connection: Connection) {
        guard !connection.isTLS else { return kill(connection) }
        guard !connection.isAsked, !connection.isUnix, connection.head?.method == .post,
            header(connection, WSI_TOKEN_HTTP) == "HTTP/1.1"
        else { return }
        connection.isAsked = true
        if !writeContinue(connection) { kill(connection) }
    }

    func answerDirectly(_ connection: Connection, _ response: HTTPResponse) {
        guard let head = connection.head else { return kill(connection) }
        let bytes = ResponseHead.bytes(response, closes: true, unixSeconds: time(nil)) + response.body(for: head.method)
        connection.rest = bytes[...]
        sendRest(connection)
    }

    /// Sends what the kernel takes; the next sweep goes on.
    func sendRest(_ connection: Connection) {
        while let rest = connection.rest, !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(connection.socket, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else {
                if errno != EAGAIN { kill(connection) }
                return
            }
            statistics.bytesOut += UInt64(sent)
            renewStallDeadline(connection)
            connection.rest = rest.dropFirst(sent)
        }
        kill(connection)
    }
}
