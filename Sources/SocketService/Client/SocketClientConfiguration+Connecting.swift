internal import CWebSockets
internal import Foundation

extension SocketClientConfiguration {
    /// Begins to connect: by a WebSocket's handshake, or to get a file.
    ///
    /// - Returns: false when that is known to have failed.
    func connect(_ context: OpaquePointer, path: String, isFetch: Bool) -> Bool {
        // libwebsockets takes a path behind a + for a socket of the file system.
        let target = unixPath.map { "+" + $0 } ?? host
        let name = isFetch ? ClientFetch.name : subprotocol
        return target.withCString { target in
            path.withCString { path in
                authority.withCString { authority in
                    name.withCString { name in
                        "GET".withCString { method in
                            // HTTP/2 has faults in this libwebsockets, and no need here.
                            "http/1.1".withCString { alpn in
                                var info = lws_client_connect_info()
                                info.context = context
                                info.address = target
                                info.port = Int32(port)
                                info.path = path
                                info.host = authority
                                info.protocol = name
                                info.local_protocol_name = name
                                if isFetch { info.method = method }
                                info.ietf_version_or_minus_one = -1
                                info.ssl_connection = Int32(LCCSCF_HTTP_NO_FOLLOW_REDIRECT.rawValue)
                                if usesTLS { info.ssl_connection |= Int32(LCCSCF_USE_SSL.rawValue) }
                                info.alpn = alpn
                                return lws_client_connect_via_info(&info) != nil
                            }
                        }
                    }
                }
            }
        }
    }

    /// The path of a file beside the WebSocket; nil for what could lead elsewhere.
    func path(beside file: String) -> String? {
        guard path.hasSuffix("/ws"), !file.isEmpty, file.utf8.count <= 2000,
            file.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), let decoded = file.removingPercentEncoding,
            !decoded.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).contains(where: {
                [".", "..", ""].contains(Substring($0))
            })
        else { return nil }
        return path.dropLast(2) + file
    }
}
