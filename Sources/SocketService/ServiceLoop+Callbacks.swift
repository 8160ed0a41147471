internal import CWebSockets

extension ServiceLoop {
    /// Every callback of libwebsockets. A result other than 0 closes the connection.
    func handle(
        _ wsi: OpaquePointer, _ reason: lws_callback_reasons, _ input: UnsafeMutableRawPointer?, _ length: Int
    ) -> Int32 {
        switch reason {
        case LWS_CALLBACK_EVENT_WAIT_CANCELLED: takeOrders()
        case LWS_CALLBACK_RAW_RX_FILE: acceptAll(wsi)
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return confirmUpgrade(wsi)
        case LWS_CALLBACK_HTTP: return beginRequest(wsi, path: input, length)
        case LWS_CALLBACK_HTTP_BODY: return receiveBody(wsi, input, length)
        case LWS_CALLBACK_HTTP_BODY_COMPLETION: completeRequest(wsi)
        case LWS_CALLBACK_HTTP_WRITEABLE: return writeResponse(wsi)
        case LWS_CALLBACK_ESTABLISHED: opened(connection(wsi))
        case LWS_CALLBACK_RECEIVE: return receiveMessage(wsi, input, length)
        case LWS_CALLBACK_SERVER_WRITEABLE: return writeMessages(wsi)
        case LWS_CALLBACK_CLOSED, LWS_CALLBACK_CLOSED_HTTP, LWS_CALLBACK_WSI_DESTROY: forget(wsi)
        default: break
        }
        return 0
    }

    func header(_ wsi: OpaquePointer, _ token: lws_token_indexes) -> String? {
        let length = lws_hdr_total_length(wsi, token)
        guard length > 0 else { return nil }
        var text = [UInt8](repeating: 0, count: Int(length) + 1)
        let copied = text.withUnsafeMutableBytes {
            lws_hdr_copy(wsi, $0.baseAddress?.assumingMemoryBound(to: CChar.self), length + 1, token)
        }
        return copied < 0 ? nil : String(decoding: text.prefix(Int(copied)), as: UTF8.self)
    }

    /// Lets WebSocket in and nothing else: h2c would reach HPACK code with known faults (CVE-2026-19773), and the
    /// callback's `in` may point at freed memory (CVE-2025-11677), so only headers are read. A refusal can carry an
    /// HTTP status only from here.
    private func confirmUpgrade(_ wsi: OpaquePointer) -> Int32 {
        guard header(wsi, WSI_TOKEN_UPGRADE)?.lowercased() == "websocket" else { return refuse(wsi, 400) }
        let host = header(wsi, WSI_TOKEN_HOST)
        guard requestGuard.admits(host: host), requestGuard.admits(origin: header(wsi, WSI_TOKEN_ORIGIN), host: host)
        else { return refuse(wsi, 403) }
        guard header(wsi, WSI_TOKEN_GET_URI) == configuration.webSocketPath else { return refuse(wsi, 404) }
        let offered = (header(wsi, WSI_TOKEN_PROTOCOL) ?? "").split(separator: ",")
            .map { String($0.drop { $0 == " " }) }
        if let wanted = configuration.subprotocol, !offered.contains(wanted) { return refuse(wsi, 400) }
        return 0
    }

    private func refuse(_ wsi: OpaquePointer, _ status: UInt32) -> Int32 {
        lws_return_http_status(wsi, status, nil)
        return 1
    }

    private func receiveMessage(_ wsi: OpaquePointer, _ input: UnsafeMutableRawPointer?, _ length: Int) -> Int32 {
        let connection = connection(wsi)
        guard let id = connection.id else { return -1 }
        let isBinary = lws_frame_is_binary(wsi) != 0
        guard !isBinary || configuration.acceptsBinary else { return end(wsi, 1003, "text messages only") }
        guard connection.incoming.count + length <= configuration.maxMessageBytes else {
            return end(wsi, 1009, "a message may have \(configuration.maxMessageBytes) bytes")
        }
        if let input { connection.incoming += UnsafeRawBufferPointer(start: input, count: length) }
        if lws_is_final_fragment(wsi) != 0, lws_remaining_packet_payload(wsi) == 0 {
            continuation.yield(isBinary ? .binary(id, connection.incoming) : .message(id, connection.incoming))
            connection.incoming = []
        }
        return 0
    }

    private func end(_ wsi: OpaquePointer, _ code: UInt16, _ reason: String) -> Int32 {
        var text = Array(reason.utf8.prefix(120))
        lws_close_reason(wsi, lws_close_status(UInt32(code)), &text, text.count)
        return -1
    }

    private func writeMessages(_ wsi: OpaquePointer) -> Int32 {
        let connection = connection(wsi)
        var done = 0
        var sentBytes = 0
        while done < connection.outgoing.count, lws_send_pipe_choked(wsi) == 0 {
            let frame = connection.outgoing[done]
            let (start, count) = frame.chunk(connection.chunksSent)
            let isFirst = connection.chunksSent == 0
            let isLast = connection.chunksSent == frame.chunkCount - 1
            let kind = frame.isBinary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT
            let flags = lws_write_ws_flags(Int32(kind.rawValue), isFirst ? 1 : 0, isLast ? 1 : 0)
            guard lws_write(wsi, start, count, lws_write_protocol(UInt32(flags))) >= count else { return -1 }
            sentBytes += count
            connection.chunksSent += 1
            if isLast {
                connection.chunksSent = 0
                done += 1
            }
        }
        connection.outgoing.removeFirst(done)
        connection.queuedBytes -= sentBytes
        if sentBytes > 0, let id = connection.id { continuation.yield(.sent([Sent(connection: id, bytes: sentBytes)])) }
        if !connection.outgoing.isEmpty {
            lws_callback_on_writable(wsi)
        } else if let closing = connection.closing {
            return end(wsi, closing.code, closing.reason)
        }
        return 0
    }
}
