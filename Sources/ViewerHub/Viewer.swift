internal import OrderedCollections
internal import WireProtocol

/// What the hub knows of one viewer.
struct Viewer {
    let id: ViewerID
    /// Its address.
    let peer: String
    /// When it came, until it has introduced itself.
    var waitingSince: Duration?
    /// What its token, or that it has none, allows.
    var grant: AccessGrant?
    var columns = ColumnMode.arrays
    /// The streams that it follows, with its place among the followers of each.
    var subscriptions: OrderedDictionary<StreamName, Int> = [:]
    /// Requests that have no answer yet.
    var unanswered = 0
    var allowance: RequestAllowance
    /// Requests in a row for what it may not.
    var forbidden = 0
    /// Bytes handed to the sockets and not taken by the kernel.
    var queuedBytes = 0
    /// Since when it reads nothing while events wait for it that it may not have on the way, too.
    var stalledSince: Duration?
    /// When it was told of lost events, as far as that is not too long ago to count.
    var gaps: [Duration] = []
    /// When it is to be sent away, in a drain.
    var leavesAt: Duration?
    /// It may get more than at the last delivery.
    var isRelieved = false
    /// It is closed at the end of this tick.
    var isDoomed = false
    /// The number of its subscription that is served first the next time.
    var turn = 0

    init(id: ViewerID, peer: String, at now: Duration, _ limits: HubLimits) {
        self.id = id
        self.peer = peer
        waitingSince = now
        allowance = RequestAllowance(limits, at: now)
    }

    var isInitialized: Bool { waitingSince == nil }

    var role: Role { grant?.role ?? .viewer }

    var client: String { grant?.name ?? peer }

    /// When something must be done about it if nothing else happens.
    func deadline(_ limits: HubLimits) -> Duration? {
        [waitingSince.map { $0 + limits.initialize }, stalledSince.map { $0 + limits.stall }, leavesAt]
            .compactMap { $0 }.min()
    }
}
