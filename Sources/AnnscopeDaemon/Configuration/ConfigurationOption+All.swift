internal import Logging
internal import SocketService
internal import WireProtocol

extension ConfigurationOption {
    /// Every option, in the order of the file.
    static let all = places + access + searching + streaming + limits + keeping

    /// What the tables of the file are for.
    static let tables = [
        "access": "Who may come in. A token's role is viewer or publisher; `annscope make-token` makes one.",
        "tls": "The daemon's own certificate. It is read again on SIGHUP.",
        "search": "How searches are run and kept.",
        "rates": "What one client may ask for: a token, or else an address.",
        "stream": "What is streamed of many searches.",
        "limits": "What is refused.",
        "memory": "What index files may take.",
        "state": "Where maps are kept from one start to the next.",
        "log": "What is said on standard error.",
        "service": "How the daemon comes and goes.",
    ]

    private static let places: [Self] = [
        .list(
            "paths", \.paths, .paths, reloads: true,
            "Index files and folders of them, also as the arguments of `annscope serve`.",
            parse: { (text) throws(ConfigurationComplaint) in
                guard !text.isEmpty else { throw ConfigurationComplaint("a path is empty") }
                return text
            }, text: { $0 }),
        .list(
            "listen", \.listen, .list(valueName: "host:port", separators: " ,"),
            "Where to listen: HOST:PORT, [IPv6]:PORT or unix:/PATH. Port 0 takes a free one. Sockets that systemd passes go before.",
            parse: { (text) throws(ConfigurationComplaint) in
                do throws(SocketError) { return try SocketServerConfiguration.Listener(parsing: text) } catch {
                    throw ConfigurationComplaint(error.message)
                }
            }, text: { $0.description }),
        .path("web", \.webFolder, automatic: "the installed one", "The folder of the page."),
    ]

    private static let access: [Self] = [
        .path(
            "access.tokens", \.access.tokensFile, flag: "tokens", reloads: true,
            automatic: "the credential annscope-tokens or tokens of the service, if it has one",
            "The file of tokens: lines of ROLE NAME SECRET."),
        .choice(
            "access.anonymous", \.access.anonymous, reloads: true,
            automatic: "publisher while there are no tokens, none once there are",
            "What those may do who show no token."),
        .boolean(
            "access.plain", \.access.isPlain, reloads: true,
            "Don't warn of tokens that cross the network in the clear: a proxy or a tunnel encrypts them."),
        .list(
            "access.hosts", \.access.hosts, .list(valueName: "name", separators: " ,"), flag: "allow-host",
            reloads: true,
            "Names beside localhost that requests may be addressed to (their Host), without port.", parse: hostName,
            text: { $0 }),
        .list(
            "access.origins", \.access.origins, .list(valueName: "origin", separators: " ,"), flag: "allow-origin",
            reloads: true, "Origins beside the daemon's own whose pages may connect, such as https://example.org.",
            parse: origin, text: { $0 }),
        .choice("access.metrics", \.access.metrics, reloads: true, "Who may read /metrics."),
        .path(
            "tls.certificate", \.tls.certificate, reloads: true, automatic: "no TLS",
            "The certificate with its chain, as PEM."),
        .path("tls.key", \.tls.key, reloads: true, automatic: "no TLS", "Its private key, as PEM."),
    ]

    private static let searching: [Self] = [
        .number(
            "search.workers", \.workers, .number(1...1024),
            automatic: "all but one of the processors, and at least two", "Threads that search."),
        .number(
            "search.queue", \.limits.maxQueuedSearches, 1...100_000, reloads: true,
            "Searches that may wait for a worker; one more is refused."),
        .milliseconds(
            "search.deadline", \.limits.deadlineMilliseconds,
            .milliseconds(1)...(.milliseconds(WireLimits().maxDeadlineMilliseconds)), reloads: true,
            "A search ends after this time with what was found by then, where its request does not say otherwise. As a flag, a number without unit is of milliseconds."
        ),
        .number(
            "search.kept", \.keptSearches, 0...100_000, reloads: true, "Searches whose traces can be asked for later."),
        .size(
            "search.kept_memory", \.ingest.keptSearchBytes, 1 << 20...1 << 40, reloads: true,
            "Memory for their steps, vectors and results; the oldest are forgotten first."),
        .number(
            "rates.searches", \.ingest.ratePerSecond, 1...1_000_000, reloads: true,
            "Searches of one client in a second, in the long run."),
        .number(
            "rates.search_burst", \.ingest.rateBurst, 1...10_000_000, reloads: true,
            "Searches of one client at once."),
        .number(
            "rates.requests", \.connections.requestsPerSecond, 1...1_000_000,
            "Requests of one connection in a second, in the long run."),
        .number(
            "rates.request_burst", \.connections.requestBurst, 1...10_000_000, "Requests of one connection at once."),
    ]

    private static let streaming: [Self] = [
        .number(
            "stream.followed", \.followedPerSecond, 0...1000, reloads: true,
            "Searches on each index whose steps are streamed to everyone, in a second."),
        .number(
            "stream.listed", \.ingest.listedPerSecond, 0...10_000, reloads: true,
            "Searches on each index that are told one by one, in a second; the others are counted."),
        .number(
            "stream.full_map_nodes", \.limits.fullMapNodes, 1...10_000_000, flag: "full-map-nodes",
            "Vectors up to which a map is sent whole; of a larger one viewers get what they look at."),
    ]

    private static let limits: [Self] = [
        .number(
            "limits.connections", \.connections.max, 1...65_536, flag: "max-connections", reloads: true,
            "Connections at once."),
        .number(
            "limits.connections_per_address", \.connections.maxPerAddress, 1...65_536,
            flag: "max-connections-per-address", reloads: true, "Connections at once from one address."),
        .size(
            "limits.message", \.limits.maxMessageBytes, 64 << 10...64 << 20, flag: "max-message",
            "Bytes of a message or a body."),
        .number("limits.k", \.limits.maxK, 1...1_000_000, flag: "max-k", "Results of a search."),
        .number(
            "limits.ef_search", \.limits.maxEfSearch, 1...10_000_000, flag: "max-ef-search", "efSearch of a search."),
        .number("limits.nprobe", \.limits.maxNprobe, 1...100_000_000, flag: "max-nprobe", "nprobe of a search."),
        .number(
            "limits.batch", \.limits.maxBatch, 1...IngestLimits().maxWaitingInBatches, flag: "max-batch",
            "Searches of one request."),
        .size(
            "limits.file", \.maxFileBytes, 1 << 20...1 << 50, flag: "max-file",
            "Bytes of an index file; a larger one is not served."),
    ]

    private static let keeping: [Self] = [
        .number(
            "memory.limit", \.memoryLimit, .size(0...1 << 50), automatic: "half of the machine's",
            "Private memory for index files, such as 8G or 500M; what does not fit stays mapped."),
        .boolean("state.keep", \.keepsState, flag: "no-state", "Keep maps from one start to the next."),
        .path(
            "state.folder", \.toldStateFolder, flag: "state-dir",
            automatic: "$STATE_DIRECTORY, $XDG_STATE_HOME/annscope or ~/.local/state/annscope",
            "The folder that keeps them."),
        .size(
            "state.size", \.maxStateBytes, 1 << 20...1 << 40,
            "All that is kept there; what was used least lately goes first."),
        .choice("log.level", \.log.level, reloads: true, "The least that is said."),
        .choice(
            "log.format", \.log.format, automatic: "journald where standard error goes there, else text",
            "How it is written."),
        .duration(
            "service.ping", \.connections.ping, .seconds(1)...(.seconds(3600)), flag: "ping",
            "The time without a sign of life after which a connection is pinged."),
        .duration(
            "service.drain", \.drain, .seconds(0)...(.seconds(300)), flag: "drain", reloads: true,
            "The time that viewers have to get what is queued for them when the daemon stops."),
    ]

    private static let hostName: @Sendable (String) throws(ConfigurationComplaint) -> String = {
        (text) throws(ConfigurationComplaint) in
        let isName =
            !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_:[]".contains($0)) }
        guard isName, !text.contains(":") || text.hasPrefix("[") && text.hasSuffix("]") else {
            throw ConfigurationComplaint(
                "\(text) is no host name; it stands without scheme and port, such as search.example.org")
        }
        return text.lowercased()
    }

    private static let origin: @Sendable (String) throws(ConfigurationComplaint) -> String = {
        (text) throws(ConfigurationComplaint) in
        guard text.wholeMatch(of: /https?:\/\/[A-Za-z0-9._\-\[\]:]+/) != nil else {
            throw ConfigurationComplaint("\(text) is no origin, such as https://example.org or http://10.0.0.5:8080")
        }
        return text.lowercased()
    }
}
