/// A request of a client, checked.
public enum Request: Sendable, Equatable {
    case initialize(ClientHello)
    case indexList
    case indexDescribe(index: String)
    case indexItems(index: String, labels: [WireLabel], nodes: [UInt32])
    case indexNode(index: String, node: UInt32)
    case indexCell(index: String, cell: Int, limit: Int)
    case indexQueries(index: String)
    /// The way from the entry point to a node.
    case indexRoute(index: String, node: UInt32)
    /// Items by their label, or by a part of a text.
    case indexFind(index: String, text: String, limit: Int)
    /// The components of a stored vector.
    case indexVector(index: String, StoredItem)
    /// How far stored vectors are from one of them.
    case indexDistances(index: String, from: StoredItem, to: [UInt32])
    case subscribe(stream: String, after: StreamPosition?)
    case unsubscribe(stream: String)
    /// Events of the stream are kept, not sent, until `resume`.
    case pause(stream: String)
    case resume(stream: String)
    case searchRun(index: String, SearchRequest)
    case searchRunMany(index: String, [SearchRequest])
    case searchCancel(search: String)
    case searchTrace(search: String)
    /// `stage`: the number of one of the search's stages.
    case searchProjection(search: String, stage: Int?)
}

/// Names a stored vector.
public enum StoredItem: Sendable, Equatable {
    case label(WireLabel)
    case node(UInt32)
}

/// What a client says of itself.
public struct ClientHello: Sendable, Equatable {
    /// Name and version, for the log.
    public var client: String
    public var columns: ColumnMode
    /// The protocol versions that the client speaks; nil is that of the subprotocol.
    public var versions: [String]?
    /// What shows who the client is; never logged.
    public var token: String?

    public init(client: String, columns: ColumnMode, versions: [String]? = nil, token: String? = nil) {
        self.client = client
        self.columns = columns
        self.versions = versions
        self.token = token
    }
}

extension Request {
    /// What somebody must be allowed to do to ask for it.
    public var role: Role {
        switch self {
        case .searchRun, .searchRunMany, .searchCancel: .publisher
        default: .viewer
        }
    }
}

/// The last event that a client has of a stream.
public struct StreamPosition: Sendable, Equatable {
    /// Of which start of the daemon.
    public var epoch: String
    /// −1 for the very beginning.
    public var offset: Int

    public init(epoch: String, offset: Int) {
        self.epoch = epoch
        self.offset = offset
    }
}
