internal import Foundation
public import Logging
public import SocketService
public import ViewerHub
public import WireProtocol

/// What the daemon is told. Where it comes from is `ConfigurationLoader`'s business, and the name, range and text of
/// every option stand once in `ConfigurationOption.all`.
public struct DaemonConfiguration: Sendable {
    /// Index files and folders of them.
    public var paths: [String]
    public var listen: [SocketServerConfiguration.Listener] = [.tcp(host: "127.0.0.1", port: 7700)]
    /// Sockets that systemd opened for the daemon; where there are any, `listen` is not looked at.
    public var inherited: [InheritedSocket] = []
    /// The folder of the page; nil looks beside the installation, then beside the sources.
    public var webFolder: String?
    public var access = Access()
    public var tls = TLSFiles()
    public var connections = Connections()
    public var log = LogSettings()
    public var limits = WireLimits()
    /// How much may be asked, and what is told of it.
    public var ingest = IngestLimits()
    /// Searches whose traces are kept for `search.trace`, of those that are told one by one; as many of the others.
    public var keptSearches = 500
    /// Searches on each index whose steps are streamed to everyone, in a second; others only on demand.
    public var followedPerSecond = 6
    /// Threads that search; nil leaves it to `searchWorkers`.
    public var workers: Int?
    /// Largest index file, in bytes.
    public var maxFileBytes = 64 << 30
    /// Files up to this size are read and checked before they are announced; larger ones are searched meanwhile.
    public var directFileBytes = 64 << 20
    /// Private memory that index files may take, in bytes; what does not fit stays mapped. nil: half of the machine's.
    public var memoryLimit: Int?
    /// Maps are kept from one start to the next.
    public var keepsState = true
    /// The folder for them; nil takes the one that systemd or the user has for such things.
    public var toldStateFolder: String?
    /// All that is kept there, in bytes; what was used least lately goes first.
    public var maxStateBytes = 1 << 30
    /// The time that viewers have to get what is queued for them when the daemon stops.
    public var drain: Duration = .seconds(5)

    public init(paths: [String] = []) { self.paths = paths }

    /// All but one of the processors, which is left to the rest of the daemon, and at least two, so that one long
    /// search does not hold up all others.
    public var searchWorkers: Int { workers ?? max(2, ProcessInfo.processInfo.activeProcessorCount - 1) }

    /// The folder that keeps maps; nil keeps none.
    public var stateFolder: String? {
        keepsState ? toldStateFolder ?? DataFolders.state(ProcessInfo.processInfo.environment) : nil
    }
}

extension DaemonConfiguration {
    /// Whom the sockets let in; what of it can change while they are open.
    var socketRules: SocketServerConfiguration.Reloadable {
        var rules = SocketServerConfiguration.Reloadable()
        rules.allowedHosts = Set(access.hosts)
        rules.allowedOrigins = Set(access.origins)
        rules.maxConnections = connections.max
        rules.maxConnectionsPerAddress = connections.maxPerAddress
        if let certificate = tls.certificate, let key = tls.key {
            rules.tls = .init(certificate: certificate, key: key)
        }
        rules.answerBeforeBody = { [access] in access.refusal(of: $0) }
        return rules
    }

    /// What a viewer may ask and take.
    var hubLimits: HubLimits {
        var limits = HubLimits()
        limits.requestsPerSecond = connections.requestsPerSecond
        limits.requestBurst = connections.requestBurst
        return limits
    }

    /// Who may come in.
    public struct Access: Sendable, Equatable {
        /// What those may do who show no token.
        public enum Anonymous: String, Sendable, CaseIterable { case none, viewer, publisher }
        /// Who may read `/metrics`.
        public enum Metrics: String, Sendable, CaseIterable { case anyone, viewer, publisher }

        /// The file of tokens; nil takes the service's credential, if there is one.
        public var tokensFile: String?
        public var tokens: [AccessToken] = []
        /// nil: everything while there are no tokens, nothing once there are.
        public var anonymous: Anonymous?
        /// Tokens may cross the network in the clear, and nobody wants to hear of it: a proxy or a tunnel does TLS.
        public var isPlain = false
        /// Names beside localhost that a request may be addressed to.
        public var hosts: [String] = []
        /// Origins beside the daemon's own whose pages may talk to it.
        public var origins: [String] = []
        public var metrics: Metrics = .viewer

        public init() {}

        public var rules: AccessRules {
            let role: Role? =
                switch anonymous {
                case nil: tokens.isEmpty ? .publisher : nil
                case .some(.none): nil
                case .viewer: .viewer
                case .publisher: .publisher
                }
            return AccessRules(tokens: tokens, anonymous: role)
        }
    }

    /// The daemon's own certificate, as PEM files; without one it speaks plain HTTP.
    public struct TLSFiles: Sendable, Equatable {
        /// The certificate, followed by those between it and the authority.
        public var certificate: String?
        public var key: String?

        public init() {}
    }

    public struct Connections: Sendable, Equatable {
        /// WebSocket connections and requests at once.
        public var max = 1024
        /// The same from one address.
        public var maxPerAddress = 256
        /// The time without a sign of life after which a connection is pinged.
        public var ping: Duration = .seconds(20)
        /// Requests of one connection in a second, in the long run.
        public var requestsPerSecond = HubLimits().requestsPerSecond
        /// Requests of one connection at once.
        public var requestBurst = HubLimits().requestBurst

        public init() {}
    }

    public struct LogSettings: Sendable, Equatable {
        public var level: Logger.Level = .notice
        /// nil: journald's where standard error goes there, else text.
        public var format: LogFormat?

        public init() {}
    }
}
