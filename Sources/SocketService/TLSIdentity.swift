internal import CWebSockets

/// A certificate with its chain and key that fit together.
///
/// `@unchecked Sendable`: it is read, never changed, once it is made.
final class TLSIdentity: @unchecked Sendable {
    private let loaded: OpaquePointer
    /// OpenSSL's number for RSA, elliptic curves and so on: a live context keeps a certificate of each kind, so that one of
    /// another kind would not take the old one's place.
    var keyKind: Int32 { annscope_tls_key_kind(loaded) }

    /// - Throws: `SocketError` that names the file and what is wrong with it.
    init(_ files: SocketServerConfiguration.TLSFiles) throws(SocketError) {
        var failed: Int32 = 0
        var reason: UnsafePointer<CChar>?
        guard let loaded = annscope_tls_load(files.certificate, files.key, &failed, &reason) else {
            let reason = reason.map { String(cString: $0) } ?? "it can't be read"
            throw failed == 2
                ? SocketError(
                    "TLS key \(files.key): \(reason); it must be a PEM key without passphrase that belongs to \(files.certificate)"
                )
                : SocketError(
                    "TLS certificate \(files.certificate): \(reason); it must be a PEM file, the server's certificate first"
                )
        }
        self.loaded = loaded
    }

    deinit { SSL_CTX_free(loaded) }

    /// What new handshakes of this `SSL_CTX` show from now on.
    func install(in context: OpaquePointer) -> Bool { annscope_tls_install(context, loaded) == 1 }
}
