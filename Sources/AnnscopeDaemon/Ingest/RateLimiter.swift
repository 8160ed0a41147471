internal import OrderedCollections

/// How many searches each client may ask for: a token bucket for each.
///
/// A request of many searches is let in when there are tokens for all of them, or the bucket is full; what is missing then is
/// owed. Clients whose bucket is full again are forgotten, and the longest known ones when there are too many: who is
/// forgotten begins with a full bucket.
struct RateLimiter {
    private struct Bucket {
        /// Below 0: owed.
        var tokens: Double
        var filledAt: Duration
    }

    /// What the additions may be wrong by, in tokens.
    private static let rounding = 1e-6

    private var perSecond = 0.0
    private var burst = 0.0
    private let maxClients: Int
    private var buckets: OrderedDictionary<String, Bucket> = [:]

    init(perSecond: Int, burst: Int, maxClients: Int = 10_000) {
        self.maxClients = max(1, maxClients)
        limit(perSecond: perSecond, burst: burst)
    }

    /// Takes other limits; each client keeps what it has left, as far as it fits.
    mutating func limit(perSecond: Int, burst: Int) {
        self.perSecond = Double(max(1, perSecond))
        self.burst = Double(max(1, burst))
    }

    var clientCount: Int { buckets.count }

    /// Takes tokens for so many searches.
    ///
    /// - Returns: nil when they were taken, else when they may be.
    mutating func take(_ count: Int, of client: String, at now: Duration) -> Duration? {
        if buckets[client] == nil, buckets.count >= maxClients { forget(at: now) }
        var bucket = buckets[client] ?? Bucket(tokens: burst, filledAt: now)
        bucket.tokens = tokens(bucket, at: now)
        bucket.filledAt = now
        let needed = min(Double(count), burst)
        let isLetIn = bucket.tokens >= needed - Self.rounding
        if isLetIn { bucket.tokens -= Double(count) }
        buckets[client] = bucket
        // Rounded up: who comes back then is let in.
        return isLetIn ? nil : .microseconds(((needed - bucket.tokens) / perSecond * 1e6).rounded(.up))
    }

    private func tokens(_ bucket: Bucket, at now: Duration) -> Double {
        min(burst, bucket.tokens + (now - bucket.filledAt) / .seconds(1) * perSecond)
    }

    private mutating func forget(at now: Duration) {
        buckets = buckets.filter { tokens($0.value, at: now) < burst }
        // A quarter at once, so that the next newcomers need no walk.
        if buckets.count >= maxClients { buckets.removeFirst(max(1, maxClients / 4)) }
    }
}
