internal import CWebSockets

extension ServiceLoop {
    /// Lets WebSocket in and nothing else: h2c would reach HPACK code with known faults (CVE-2026-19773), and the
    /// callback's `in` may point at freed memory (CVE-2025-11677), so only headers are read. A refusal can carry an
    /// HTTP status only from here.
    func confirmUpgrade(_ connection: Connection) -> Int32 {
        // libwebsockets has refused other upgrades by itself by now, with 403; h2c it has not.
        guard let upgrade = header(connection, WSI_TOKEN_UPGRADE) else { return -1 }
        guard let refusal = refusalOfHandshake(connection, upgrade: upgrade.lowercased()) else { return 0 }
        count(refusal.reason)
        _ = writeLast(refusal.response, to: connection)
        return -1
    }

    private func refusalOfHandshake(_ connection: Connection, upgrade: String) -> Refusal? {
        if let refusal = refusalOfHead(connection) { return refusal }
        guard upgrade == "websocket" else {
            return Refusal(400, .handshake, "this server upgrades to WebSocket only; leave the Upgrade header away")
        }
        guard header(connection, WSI_TOKEN_GET_URI) == configuration.webSocketPath else {
            return Refusal(404, .path, "WebSocket connections go to \(configuration.webSocketPath)")
        }
        guard header(connection, WSI_TOKEN_VERSION) == "13" else {
            return Refusal(
                426, .handshake, "the WebSocket version must be 13", headers: [("Sec-WebSocket-Version", "13")])
        }
        guard header(connection, WSI_TOKEN_KEY)?.utf8.count == 24,
            let tokens = header(connection, WSI_TOKEN_CONNECTION)?.lowercased().split(whereSeparator: {
                ", ".contains($0)
            }),
            tokens.contains("upgrade")
        else {
            return Refusal(400, .handshake, "the handshake needs Connection: Upgrade and a Sec-WebSocket-Key")
        }
        let offered = (header(connection, WSI_TOKEN_PROTOCOL) ?? "").split(whereSeparator: { ", ".contains($0) })
        if let wanted = configuration.subprotocol, !offered.contains(where: { $0 == wanted }) {
            return Refusal(400, .subprotocol, "the handshake must offer the subprotocol \(wanted)")
        }
        guard !refusesNewcomers else {
            return Refusal(503, .draining, "the server is stopping; come back later", headers: [("Retry-After", "5")])
        }
        guard table.webSockets < rules.maxConnections else {
            return Refusal(
                503, .connections, "there are \(rules.maxConnections) connections already; come back later",
                headers: [("Retry-After", "30")])
        }
        return nil
    }

    /// What holds for requests and handshakes alike.
    func refusalOfHead(_ connection: Connection) -> Refusal? {
        if connection.isSurplus {
            return Refusal(
                503, .address,
                "one address may have \(rules.maxConnectionsPerAddress) connections; close some, or come back later",
                headers: [("Retry-After", "30")])
        }
        // libwebsockets takes `%0a` in a path for the end of the line, and what follows for a header.
        guard let version = header(connection, WSI_TOKEN_HTTP), version == "HTTP/1.1" || version == "HTTP/1.0" else {
            return Refusal(400, .request, "the request's first line must end in HTTP/1.1")
        }
        return requestGuard.refusal(
            host: header(connection, WSI_TOKEN_HOST), origin: header(connection, WSI_TOKEN_ORIGIN),
            isLocal: connection.isLocal, isUnix: connection.isUnix)
    }
}
