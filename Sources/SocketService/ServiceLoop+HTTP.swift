internal import CWebSockets

extension ServiceLoop {
    /// A request's head is there. Bodies are taken for POST only, with one well-formed Content-Length.
    func beginRequest(_ wsi: OpaquePointer, path input: UnsafeMutableRawPointer?, _ length: Int) -> Int32 {
        let method: HTTPRequest.Method
        if lws_hdr_total_length(wsi, WSI_TOKEN_POST_URI) > 0 {
            method = .post
        } else if lws_hdr_total_length(wsi, WSI_TOKEN_HEAD_URI) > 0 {
            method = .head
        } else if lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0 {
            method = .get
        } else {
            return refuseRequest(wsi, 405)
        }
        let host = header(wsi, WSI_TOKEN_HOST)
        guard requestGuard.admits(host: host), requestGuard.admits(origin: header(wsi, WSI_TOKEN_ORIGIN), host: host)
        else { return refuseRequest(wsi, 403) }

        let connection = connection(wsi)
        connection.finishRequest()
        let path =
            input.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: length), as: UTF8.self) } ?? "/"
        connection.head = (
            method, path, header(wsi, WSI_TOKEN_HTTP_URI_ARGS) ?? "", header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH)
        )
        let contentLength = header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH)
        let transferEncoding = header(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING)
        if method == .post {
            switch requestGuard.bodyLength(contentLength: contentLength, transferEncoding: transferEncoding) {
            case .refused(let status): return refuseRequest(wsi, UInt32(status))
            case .bytes(0): break
            case .bytes: return 0
            }
        } else if transferEncoding != nil || (contentLength ?? "0") != "0" {
            return refuseRequest(wsi, 400)
        }
        completeRequest(wsi)
        return 0
    }

    /// Answers at once and closes, since a body may be on its way that nobody will read.
    private func refuseRequest(_ wsi: OpaquePointer, _ status: UInt32) -> Int32 {
        lws_return_http_status(wsi, status, nil)
        return -1
    }

    func receiveBody(_ wsi: OpaquePointer, _ input: UnsafeMutableRawPointer?, _ length: Int) -> Int32 {
        let connection = connection(wsi)
        guard let input, connection.body.count + length <= configuration.maxBodyBytes else { return -1 }
        connection.body += UnsafeRawBufferPointer(start: input, count: length)
        return 0
    }

    func completeRequest(_ wsi: OpaquePointer) {
        let connection = connection(wsi)
        guard let head = connection.head, connection.request == nil else { return }
        // The answer may take as long as a search does.
        lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0)
        let body = connection.body
        connection.body = []
        requested(
            connection,
            HTTPRequest(
                method: head.method, path: head.path, query: head.query, ifNoneMatch: head.ifNoneMatch, body: body))
    }

    func writeResponse(_ wsi: OpaquePointer) -> Int32 {
        let connection = connection(wsi)
        guard let response = connection.response else { return 0 }
        if !connection.hasSentHead {
            guard writeHead(wsi, response) else { return -1 }
            connection.hasSentHead = true
        }
        let isBodyWanted = connection.head?.method != .head
        while isBodyWanted, connection.bodySent < response.body.count {
            guard lws_send_pipe_choked(wsi) == 0 else {
                lws_callback_on_writable(wsi)
                return 0
            }
            let count = min(Self.scratchBytes, response.body.count - connection.bodySent)
            let start = scratch + ANNSCOPE_LWS_PRE
            response.body.withUnsafeBufferPointer { body in
                if let base = body.baseAddress { start.update(from: base + connection.bodySent, count: count) }
            }
            connection.bodySent += count
            let kind = connection.bodySent == response.body.count ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP
            guard lws_write(wsi, start, count, kind) >= count else { return -1 }
        }
        responded(connection)
        return lws_http_transaction_completed(wsi) != 0 ? -1 : 0
    }

    private func writeHead(_ wsi: OpaquePointer, _ response: HTTPResponse) -> Bool {
        let start = scratch + ANNSCOPE_LWS_PRE
        let end = start + Self.scratchBytes - 1
        var place: UnsafeMutablePointer<UInt8>? = start
        guard lws_add_http_header_status(wsi, UInt32(response.status), &place, end) == 0 else { return false }
        for (name, value) in response.headers {
            let bytes = Array(value.utf8)
            guard lws_add_http_header_by_name(wsi, name.lowercased() + ":", bytes, Int32(bytes.count), &place, end) == 0
            else { return false }
        }
        guard lws_add_http_header_content_length(wsi, UInt64(response.body.count), &place, end) == 0,
            lws_finalize_write_http_header(wsi, start, &place, end) == 0
        else { return false }
        return true
    }
}
