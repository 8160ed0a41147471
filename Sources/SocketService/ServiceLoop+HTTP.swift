internal import CWebSockets
internal import Glibc

extension ServiceLoop {
    /// What is sent of one response before others have their turn.
    private static let maxBytesPerTurn = 256 << 10
    /// How long a refused client is listened to, so that it can read why.
    private static let lingerMilliseconds = 1000

    /// A request's head is there. Bodies are taken for POST only, with one well-formed Content-Length.
    func beginRequest(_ connection: Connection, path input: UnsafeMutableRawPointer?, _ length: Int) -> Int32 {
        connection.finishRequest()
        if let refusal = refusalOfHead(connection) { return refuse(connection, refusal) }
        guard let method = method(connection) else {
            return refuse(
                connection,
                Refusal(405, .method, "this server takes GET, HEAD and POST", headers: [("Allow", "GET, HEAD, POST")]))
        }
        let bytes = UnsafeRawBufferPointer(start: input, count: input == nil ? 0 : length)
        guard let path = String(validating: bytes, as: UTF8.self), path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return refuse(connection, Refusal(400, .request, "the path has bytes that no path here has")) }
        let head = HTTPRequest(
            method: method, path: path, query: header(connection, WSI_TOKEN_HTTP_URI_ARGS) ?? "",
            ifNoneMatch: header(connection, WSI_TOKEN_HTTP_IF_NONE_MATCH),
            range: header(connection, WSI_TOKEN_HTTP_IF_RANGE) != nil ? nil : header(connection, WSI_TOKEN_HTTP_RANGE),
            acceptEncoding: header(connection, WSI_TOKEN_HTTP_ACCEPT_ENCODING),
            authorization: header(connection, WSI_TOKEN_HTTP_AUTHORIZATION), peer: connection.peer)
        connection.head = head
        connection.closesAfterResponse = wantsClose(connection)

        let contentLength = header(connection, WSI_TOKEN_HTTP_CONTENT_LENGTH)
        let transferEncoding = header(connection, WSI_TOKEN_HTTP_TRANSFER_ENCODING)
        if custom(connection, "content-length :") || custom(connection, "transfer-encoding :") {
            return refuse(connection, Refusal(400, .body, "a header's name must not end in a space"))
        }
        guard method == .post else {
            guard transferEncoding == nil, contentLength ?? "0" == "0" else {
                return refuse(connection, Refusal(400, .body, "only a POST request may have a body"))
            }
            completeRequest(connection)
            return 0
        }
        switch RequestGuard.bodyLength(
            contentLength: contentLength, transferEncoding: transferEncoding, maxBytes: configuration.maxBodyBytes)
        {
        case .refused(let status):
            let text =
                status == 413
                ? "a body may have \(configuration.maxBodyBytes) bytes"
                : "a body needs one Content-Length, a number; chunks are not taken"
            return refuse(connection, Refusal(status, .body, text))
        case .bytes(0): completeRequest(connection)
        case .bytes(let count):
            if let answer = rules.answerBeforeBody(head) {
                return refuse(connection, answer, answer.status == 405 ? .method : .access)
            }
            expect(count, in: .body, connection)
            connection.body.reserveCapacity(min(count, 64 << 10))
            if header(connection, WSI_TOKEN_HTTP_EXPECT)?.lowercased() == "100-continue" {
                guard writeContinue(connection) else { return -1 }
            }
        }
        return 0
    }

    private func method(_ connection: Connection) -> HTTPRequest.Method? {
        if lws_hdr_total_length(connection.wsi, WSI_TOKEN_POST_URI) > 0 { return .post }
        if lws_hdr_total_length(connection.wsi, WSI_TOKEN_HEAD_URI) > 0 { return .head }
        return lws_hdr_total_length(connection.wsi, WSI_TOKEN_GET_URI) > 0 ? .get : nil
    }

    /// Whether there is a header of this name that libwebsockets knows nothing of.
    private func custom(_ connection: Connection, _ name: String) -> Bool {
        lws_hdr_custom_length(connection.wsi, name, Int32(name.utf8.count)) >= 0
    }

    /// The same rule as libwebsockets': HTTP/1.0 closes unless told otherwise, HTTP/1.1 goes on.
    private func wantsClose(_ connection: Connection) -> Bool {
        switch header(connection, WSI_TOKEN_CONNECTION)?.lowercased() {
        case "close": true
        case "keep-alive": isStopping
        default: isStopping || header(connection, WSI_TOKEN_HTTP) != "HTTP/1.1"
        }
    }

    func receiveBody(_ connection: Connection, _ input: UnsafeMutableRawPointer?, _ length: Int) -> Int32 {
        guard !connection.isKilled else { return -1 }
        guard connection.phase == .body else { return 0 }
        guard let input, connection.body.count + length <= configuration.maxBodyBytes,
            arrivingBytes + length <= configuration.maxArrivingBytes
        else { return -1 }
        connection.body += UnsafeRawBufferPointer(start: input, count: length)
        arrivingBytes += length
        renewStallDeadline(connection)
        return 0
    }

    /// The body is there. libwebsockets tells it again for bytes that come after it.
    func completeBody(_ connection: Connection) -> Int32 {
        guard !connection.isKilled else { return -1 }
        completeRequest(connection)
        return 0
    }

    private func completeRequest(_ connection: Connection) {
        guard let head = connection.head, connection.request == nil, connection.phase != .lingering else { return }
        // The answer may take as long as a search does. What else the client sends stays in the kernel meanwhile.
        lws_set_timeout(connection.wsi, NO_PENDING_TIMEOUT, 0)
        lws_rx_flow_control(connection.wsi, 0)
        connection.phase = .waiting
        connection.deadline = .max
        connection.stallDeadline = .max
        statistics.bytesIn += UInt64(connection.body.count)
        statistics.requests += 1
        statistics.waitingRequests += 1
        let request = HTTPRequest(
            method: head.method, path: head.path, query: head.query, ifNoneMatch: head.ifNoneMatch, range: head.range,
            acceptEncoding: head.acceptEncoding, authorization: head.authorization, peer: head.peer,
            body: connection.body)
        arrivingBytes -= connection.body.count
        connection.body = []
        events.append(.request(table.openRequest(connection), request))
    }

    func writeResponse(_ connection: Connection) -> Int32 {
        guard !connection.isKilled else { return -1 }
        guard let response = connection.response, let head = connection.head else { return 0 }
        guard sendResponse(connection) else { return -1 }
        let isWritten = connection.bodySent == response.body(for: head.method).count
        if !isWritten { renewStallDeadline(connection) }
        // Until all is with the kernel, libwebsockets would complete the request later and by itself.
        guard isWritten, lws_partial_buffered(connection.wsi) == 0 else {
            lws_callback_on_writable(connection.wsi)
            return 0
        }
        respondingBytes -= response.body.count
        let closes = connection.closesAfterResponse || holdsInput(connection)
        statistics.waitingRequests -= 1
        connection.finishRequest()
        connection.hasAnswered = true
        connection.phase = .head
        connection.deadline = now + configuration.deadlines.idle.milliseconds
        return closes || lws_http_transaction_completed(connection.wsi) != 0 ? -1 : 0
    }

    /// Sends of the response what the kernel takes, and not too much in one turn.
    ///
    /// - Returns: false when the connection is broken.
    func sendResponse(_ connection: Connection) -> Bool {
        guard let response = connection.response, let head = connection.head else { return false }
        let body = response.body(for: head.method)
        var sent = 0
        if !connection.hasSentHead {
            var bytes = ResponseHead.bytes(response, closes: connection.closesAfterResponse, unixSeconds: time(nil))
            // A short response is one write.
            let count = min(body.count, max(0, SharedFrame.pieceBytes - bytes.count))
            bytes += body.prefix(count)
            guard write(bytes, to: connection) else { return false }
            connection.hasSentHead = true
            connection.bodySent = count
            sent = bytes.count
        }
        while connection.bodySent < body.count, sent < Self.maxBytesPerTurn, lws_partial_buffered(connection.wsi) == 0 {
            let count = min(SharedFrame.pieceBytes, body.count - connection.bodySent)
            let isWritten = body.withUnsafeBufferPointer { body in
                guard let base = body.baseAddress else { return false }
                let start = UnsafeMutablePointer(mutating: base + connection.bodySent)
                return lws_write(connection.wsi, start, count, LWS_WRITE_HTTP) >= count
            }
            guard isWritten else { return false }
            statistics.bytesOut += UInt64(count)
            connection.bodySent += count
            sent += count
        }
        return true
    }

    /// Whether libwebsockets holds input that came with the request: the next one, sent without waiting.
    ///
    /// It must not get there: when it reads a POST request from what it holds, it takes the head for the body and goes on
    /// in freed memory (4.1.6, `lws_http_action`). So the connection is closed after its response, as RFC 9112 §9.3.2
    /// allows, and the client asks again. The one way to find out is to stop and to let in the input of this connection:
    /// `lws_service_adjust_timeout` says 0 when any connection that may be read has some.
    func holdsInput(_ connection: Connection) -> Bool {
        lws_rx_flow_control(connection.wsi, 0)
        let others = lws_service_adjust_timeout(context, 1, 0)
        lws_rx_flow_control(connection.wsi, 1)
        return others == 0 || lws_service_adjust_timeout(context, 1, 0) == 0
    }

    // MARK: Refusing

    /// Answers and closes: a body may be on its way that nobody will read.
    private func refuse(_ connection: Connection, _ refusal: Refusal) -> Int32 {
        refuse(connection, refusal.response, refusal.reason)
    }

    private func refuse(
        _ connection: Connection, _ response: HTTPResponse, _ reason: SocketStatistics.Refused
    ) -> Int32 {
        count(reason)
        connection.head = nil
        guard writeLast(response, to: connection) else { return -1 }
        connection.phase = .lingering
        connection.deadline = now + Self.lingerMilliseconds
        connection.stallDeadline = .max
        lws_rx_flow_control(connection.wsi, 0)
        if !connection.isTLS, lws_partial_buffered(connection.wsi) == 0 {
            shutdown(connection.socket, Int32(SHUT_WR))
        }
        return 0
    }

    /// What came was no HTTP, or plain HTTP where a TLS handshake should be, or had a method that nobody knows.
    func refuseOtherProtocol(_ connection: Connection) -> Int32 {
        guard connection.phase != .lingering else { return 0 }
        return refuse(
            connection,
            connection.isTLS
                ? Refusal(400, .request, "this port speaks TLS; use https:// or wss://")
                : Refusal(
                    501, .method, "this server speaks HTTP/1.1 and takes GET, HEAD and POST",
                    headers: [("Allow", "GET, HEAD, POST")]))
    }

    /// A short answer that nothing follows on its connection.
    func writeLast(_ response: HTTPResponse, to connection: Connection) -> Bool {
        let isHead = lws_hdr_total_length(connection.wsi, WSI_TOKEN_HEAD_URI) > 0
        return write(
            ResponseHead.bytes(response, closes: true, unixSeconds: time(nil)) + (isHead ? [] : response.body),
            to: connection)
    }

    func writeContinue(_ connection: Connection) -> Bool {
        write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), to: connection)
    }

    private func write(_ bytes: [UInt8], to connection: Connection) -> Bool {
        statistics.bytesOut += UInt64(bytes.count)
        var bytes = bytes
        return bytes.withUnsafeMutableBufferPointer {
            lws_write(connection.wsi, $0.baseAddress, $0.count, LWS_WRITE_HTTP) >= $0.count
        }
    }
}
