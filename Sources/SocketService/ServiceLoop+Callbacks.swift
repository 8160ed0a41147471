internal import CWebSockets

extension ServiceLoop {
    /// Every callback of libwebsockets. A result other than 0 closes the connection.
    func handle(
        _ wsi: OpaquePointer, _ reason: lws_callback_reasons, _ user: UnsafeMutableRawPointer?,
        _ input: UnsafeMutableRawPointer?, _ length: Int
    ) -> Int32 {
        switch reason {
        case LWS_CALLBACK_EVENT_WAIT_CANCELLED: takeOrders()
        case LWS_CALLBACK_RAW_RX_FILE: acceptAll(wsi)
        case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
            guard let user, takeTLSContext(OpaquePointer(user)) else { return 1 }
        case LWS_CALLBACK_SERVER_WRITEABLE: return connection(wsi).map(writeMessages) ?? -1
        case LWS_CALLBACK_RECEIVE: return connection(wsi).map { receiveMessage($0, input, length) } ?? -1
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: connection(wsi).map(peerLeaves)
        case LWS_CALLBACK_ESTABLISHED: connection(wsi).map(opened)
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return connection(wsi).map(confirmUpgrade) ?? -1
        case LWS_CALLBACK_HTTP: return connection(wsi).map { beginRequest($0, path: input, length) } ?? -1
        case LWS_CALLBACK_HTTP_BODY: return connection(wsi).map { receiveBody($0, input, length) } ?? -1
        case LWS_CALLBACK_HTTP_BODY_COMPLETION: return connection(wsi).map(completeBody) ?? -1
        case LWS_CALLBACK_HTTP_WRITEABLE: return connection(wsi).map(writeResponse) ?? -1
        case LWS_CALLBACK_RAW_RX:
            // It may come while the connection is being taken in.
            strangers += 1
            return connection(wsi).map(refuseOtherProtocol) ?? 0
        case LWS_CALLBACK_CLOSED, LWS_CALLBACK_CLOSED_HTTP, LWS_CALLBACK_RAW_CLOSE, LWS_CALLBACK_WSI_DESTROY:
            connection(wsi).map(forget)
        default: break
        }
        return 0
    }

    /// The connection of a wsi; listeners and libwebsockets' own have none.
    private func connection(_ wsi: OpaquePointer) -> Connection? {
        lws_get_opaque_user_data(wsi).map { Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
    }

    /// A header's value without the spaces around it; several of one name are joined by a space.
    func header(_ connection: Connection, _ token: lws_token_indexes) -> String? {
        let length = lws_hdr_total_length(connection.wsi, token)
        guard length > 0 else { return nil }
        var text = [UInt8](repeating: 0, count: Int(length) + 1)
        let copied = text.withUnsafeMutableBytes {
            lws_hdr_copy(connection.wsi, $0.baseAddress?.assumingMemoryBound(to: CChar.self), length + 1, token)
        }
        guard copied >= 0 else { return nil }
        var value = text.prefix(Int(copied))
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        return String(decoding: value.drop { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    }

    /// Forgets a connection whose wsi is about to be freed.
    private func forget(_ connection: Connection) {
        lws_set_opaque_user_data(connection.wsi, nil)
        statistics.queuedBytes -= connection.outgoing.byteCount
        connection.outgoing.removeAll()
        arrivingBytes -= connection.incoming.count + connection.body.count
        respondingBytes -= connection.response?.body.count ?? 0
        if let request = connection.request {
            statistics.waitingRequests -= 1
            if connection.response == nil { events.append(.abandoned(request)) }
        }
        if let id = connection.id { events.append(.closed(id)) }
        table.remove(connection)
    }
}
