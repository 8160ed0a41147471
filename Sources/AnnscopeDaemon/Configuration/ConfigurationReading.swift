internal import SocketService

/// A configuration while it is put together.
struct ConfigurationReading {
    var configuration = DaemonConfiguration()
    private(set) var origins: [String: ConfigurationOrigin] = [:]
    private(set) var faults: [ConfigurationError.Fault] = []
    private(set) var warnings: [String] = []

    mutating func fault(_ place: String, _ message: String) { faults.append(.init(place: place, message: message)) }

    mutating func set(_ option: ConfigurationOption, _ value: ConfigurationValue, _ origin: ConfigurationOrigin) {
        do throws(ConfigurationComplaint) {
            try option.write(value, &configuration)
            origins[option.key] = origin
        } catch {
            fault(origin.place, "\(option.key): \(error.message)")
        }
    }

    private func place(of key: String) -> String { origins[key]?.place ?? "" }

    /// Reads the file of tokens, or else the credential that systemd hands to the service (systemd.exec(5)).
    mutating func readTokens(credentials: String?) {
        let candidates =
            configuration.access.tokensFile.map { [$0] }
            ?? credentials.map { folder in ["annscope-tokens", "tokens"].map { "\(folder)/\($0)" } } ?? []
        let isTold = configuration.access.tokensFile != nil
        guard let path = candidates.first(where: { isTold || ConfigurationFile.isThere($0) }) else { return }
        do {
            let read = TokenFile(parsing: try ConfigurationFile.bytes(of: path, max: TokenFile.maxBytes), path: path)
            configuration.access.tokens = read.tokens
            faults += read.faults
            if ConfigurationFile.isReadableByOthers(path) {
                warnings.append("\(path) can be read by everybody on this machine; chmod 600 \(path)")
            }
            if isTold, read.tokens.isEmpty, read.faults.isEmpty {
                fault(path, "there is no token in it; `annscope make-token publisher NAME` prints one")
            }
        } catch {
            fault(isTold ? place(of: "access.tokens") : path, "\(path): \(error)")
        }
    }

    /// What no option shows by itself.
    mutating func checkWhole() {
        if (configuration.tls.certificate == nil) != (configuration.tls.key == nil) {
            let there = configuration.tls.key == nil ? "tls.certificate" : "tls.key"
            let missing = configuration.tls.key == nil ? "tls.key" : "tls.certificate"
            fault(place(of: there), "\(there) is set and \(missing) is not; TLS takes both")
        }
        for (key, path) in [("tls.certificate", configuration.tls.certificate), ("tls.key", configuration.tls.key)] {
            guard let path else { continue }
            do { _ = try ConfigurationFile.bytes(of: path, max: 1 << 20) } catch {
                fault(place(of: key), "\(key): \(path): \(error)")
            }
        }
        // Names and origins as the sockets read them. The certificate is read when they open.
        var rules = configuration.socketRules
        rules.tls = nil
        do throws(SocketError) { try rules.check() } catch { fault("", error.message) }
        if case .flag = origins["state.folder"], case .flag = origins["state.keep"] {
            fault("", "--state-dir and --no-state: one of them at the most")
        }
        if configuration.listen.isEmpty, configuration.inherited.isEmpty {
            fault(place(of: "listen"), "listen: at least one address must stand here")
        }
        checkListeners()
    }

    private mutating func checkListeners() {
        if let exposure = configuration.exposure { fault(place(of: exposure.key), exposure.message) }
        let isCovered = configuration.tls.certificate != nil || configuration.access.isPlain
        if let open = configuration.openListener, !configuration.access.tokens.isEmpty, !isCovered {
            warnings.append(
                "tokens cross the network to \(open) in the clear; set tls.certificate and tls.key, or access.plain = true where a proxy or tunnel encrypts"
            )
        }
    }
}

extension DaemonConfiguration {
    /// A listener that other machines can reach; nil where there is none.
    var openListener: String? {
        inherited.isEmpty
            ? listen.first { !$0.isLocalOnly }?.description : inherited.first { !$0.isLocalOnly }?.name
    }

    /// Why others could push searches who should not, and the option that says so; nil when they can't.
    var exposure: (key: String, message: String)? {
        guard let open = openListener else { return nil }
        if access.anonymous == .publisher {
            return (
                "access.anonymous",
                "access.anonymous: publisher lets everybody who reaches \(open) push searches; it can be viewer or none"
            )
        }
        guard access.tokens.isEmpty else { return nil }
        let file = access.tokensFile ?? "/etc/annscope/tokens"
        return (
            "listen",
            """
            \(open) can be reached from other machines, and no token guards it. Make one with
                (umask 077; annscope make-token publisher NAME >> \(file))
            and add to the configuration file
                [access]
                tokens = "\(file)"
            or give --tokens \(file)
            """
        )
    }
}
