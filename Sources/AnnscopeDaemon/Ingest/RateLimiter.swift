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

    private let perSecond: Double
    private let burst: Double
    private let maxClients: Int
    private var buckets: OrderedDictionary<String, Bucket> = [:]

    init(perSecond: Int, burst: Int, maxClients: Int = 10_000) {
        self.perSecond = Double(max(1, perSecond))
        self.burst = Double(max(1, burst))
        self.maxClients = max(1, maxClients)
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
        let isLetIn = bucket.tokens >= needed
        if isLetIn { bucket.tokens -= Double(count) }
        buckets[client] = bucket
        return isLetIn ? nil : .seconds((needed - bucket.tokens) / perSecond)
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
