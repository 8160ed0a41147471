internal import Foundation
internal import OrderedCollections
public import SocketService
internal import WireProtocol

/// Writes what a daemon's streams bring into a recording, over reconnects, until it is called off.
public final class Recorder {
    /// What to record, and where.
    public struct Plan: Sendable {
        public var server: SocketClientConfiguration
        public var token: String?
        /// Names of indexes; empty means all, also those that come later.
        public var indexes: [String]
        public var output: String
        public var maxFileBytes: Int
        public var maxFiles: Int
        /// The pictures of items are recorded as well.
        public var hasPictures: Bool

        public init(
            server: SocketClientConfiguration, token: String?, indexes: [String], output: String, maxFileBytes: Int,
            maxFiles: Int, hasPictures: Bool
        ) {
            self.server = server
            self.token = token
            self.indexes = indexes
            self.output = output
            self.maxFileBytes = maxFileBytes
            self.maxFiles = maxFiles
            self.hasPictures = hasPictures
        }
    }

    private let plan: Plan
    private let note: (String) -> Void
    private let writer: RecordingWriter
    private var known: Set<String> = []
    private var summaries = RecordedSummaries()
    private var items = ItemQuestions()
    private var itemsAsked: Int64?
    private var pictures = PictureQuestions()
    private var hasToldOfItems = false
    private var hasToldOfPictures = false
    private let started = ContinuousClock.now
    private var lastSnapshots = ContinuousClock.now
    /// A file began without the states of the streams, as it came too soon; they come into the one that is written then.
    private var owesSnapshots = false

    public private(set) var events = 0
    public private(set) var searches = 0
    public var bytes: Int { writer.bytes }

    /// The states of the streams are written to every new file, unless that would be more often.
    private static let shortestFile = Duration.seconds(10)

    /// - Parameter note: gets what a person should know, a line at a time.
    /// - Throws: `RecordingError` when the file can't be made.
    public init(_ plan: Plan, note: @escaping (String) -> Void) throws(RecordingError) {
        self.plan = plan
        self.note = note
        writer = try RecordingWriter(
            path: plan.output, maxFileBytes: plan.maxFileBytes, maxFiles: plan.maxFiles,
            contents: plan.hasPictures ? [.items, .pictures] : .items)
    }

    /// Records until the task is cancelled.
    ///
    /// - Throws: `RecordingError` when a line can't be written; `DaemonConnectionError` when the daemon can't be reached at
    ///   first, or refuses.
    public func run() async throws {
        var follower = StreamFollower(client: "annscope-record", version: AnnscopeVersion.current, token: plan.token)
        follower.follow(StreamName.indexes.text)
        try await DaemonConnection(plan.server).follow(&follower) { event, follower in
            switch event {
            case .notice(let notice): try self.take(notice, &follower)
            case .woken: self.askForItems(&follower)
            case .fetched(let file): try self.take(picture: file, &follower)
            case .lost(let reason, _):
                self.items.closed()
                self.pictures.closed()
                self.note("the connection is lost (\(reason)); trying again")
            }
            if let delay = self.items.wait(at: self.elapsed) { follower.wake(in: delay) }
            return true
        }
    }

    private var elapsed: Duration { started.duration(to: .now) }

    private var now: Int { Int(Date().timeIntervalSince1970 * 1000) }

    private func take(_ notice: StreamFollower.Notice, _ follower: inout StreamFollower) throws(RecordingError) {
        switch notice {
        case .welcomed(let hello):
            let isSameDaemon = hello["epoch"] == writer.hello["epoch"]
            summaries.replace(with: hello["indexes"])
            items.opened(isSameDaemon: isSameDaemon)
            pictures.opened(isSameDaemon: isSameDaemon)
            fetchPicture(&follower)
            items.maxItems = hello["limits"]?["maxItems"]?.offset ?? ItemQuestions.mostItems
            begun(try writer.write(hello: hello, at: now), &follower)
            if case .array(let summaries)? = hello["indexes"] {
                // One that was just started has not read all of its files yet.
                let gone = isSameDaemon ? known.subtracting(summaries.compactMap { Self.text($0["name"]) }) : []
                for name in gone { unfollow(name, &follower) }
                for summary in summaries { follow(summary["name"], &follower) }
            }
            for name in plan.indexes where !known.contains(name) {
                note("there is no index \"\(name)\" yet; it is recorded when it comes")
            }
        case .events(let batch, let text):
            events += batch.events.count
            searches += batch.events.reduce(0) { $0 + Self.searches(of: $1) }
            if batch.stream == StreamName.indexes.text {
                for event in batch.events { summaries.apply(event) }
                renewHello()
            }
            try write(RecordingFormat.message(text, at: now), &follower)
            // What they are comes after the searches, and never keeps them back.
            if case .searches(let index)? = StreamName(batch.stream), summaries.tellsOfItems(index) {
                for event in batch.events { items.learn(from: event, of: index) }
            }
            guard batch.stream == StreamName.indexes.text else { return }
            for event in batch.events {
                follow(event["index"]?["name"], &follower)
                if event["type"] == "index.removed", let name = Self.text(event["name"]) { unfollow(name, &follower) }
            }
        case .gap(let stream, let from, let to, let reason):
            if stream == StreamName.indexes.text {
                // Some may be gone. All that there are are told next.
                summaries.replace(with: nil)
                for name in known { unfollow(name, &follower) }
            }
            note("events \(from) to \(to - 1) of \(stream) are lost: \(reason)")
            try write(
                RecordingFormat.gap(stream: stream, reason: "events \(from) to \(to - 1): \(reason)", at: now),
                &follower)
        case .restarted(let stream, let reason):
            note("\(stream) does not go on where it stood: \(reason)")
            try write(RecordingFormat.gap(stream: stream, reason: reason, at: now), &follower)
        // A daemon that was just started has its indexes a moment later, and says so.
        case .refused(let stream, let error): note("\(stream) is not recorded for now: \(error.message)")
        case .answered(let id, let result):
            guard id == itemsAsked, let told = items.answered(result, at: elapsed) else { return }
            try write(RecordingFormat.items(told, at: now), &follower)
            guard plan.hasPictures else { return }
            pictures.learn(from: told)
            fetchPicture(&follower)
        }
    }

    private func take(picture file: [UInt8]?, _ follower: inout StreamFollower) throws(RecordingError) {
        if let told = pictures.answered(file) { try write(RecordingFormat.items(told, at: now), &follower) }
        if pictures.leftOut > 0, !hasToldOfPictures {
            hasToldOfPictures = true
            note(
                "some pictures are not recorded: the daemon did not give them in time, or they are no PNG, JPEG, GIF or WebP of at most \(RecordedPicture.maxBytes >> 20) MiB"
            )
        }
        fetchPicture(&follower)
    }

    private func fetchPicture(_ follower: inout StreamFollower) {
        if let path = pictures.next() { follower.fetch(path, maxBytes: RecordedPicture.maxBytes) }
    }

    private func askForItems(_ follower: inout StreamFollower) {
        guard let question = items.next(at: elapsed) else { return }
        itemsAsked = follower.ask("index.items", question.parameters)
        // The next connection asks.
        if itemsAsked == nil { items.closed() }
        if items.leftOut > 0, !hasToldOfItems {
            hasToldOfItems = true
            note("searches have more results than can be asked for in time: the captions of some are not recorded")
        }
    }

    private static func text(_ value: JSONValue?) -> String? {
        if case .string(let text)? = value { text } else { nil }
    }

    private func unfollow(_ name: String, _ follower: inout StreamFollower) {
        known.remove(name)
        follower.unfollow(StreamName.layout(index: name).text)
        follower.unfollow(StreamName.searches(index: name).text)
    }

    private func follow(_ name: JSONValue?, _ follower: inout StreamFollower) {
        guard let name = Self.text(name), plan.indexes.isEmpty || plan.indexes.contains(name) else { return }
        known.insert(name)
        follower.follow(StreamName.layout(index: name).text)
        follower.follow(StreamName.searches(index: name).text)
    }

    private func write(_ line: [UInt8], _ follower: inout StreamFollower) throws(RecordingError) {
        begun(try writer.write(line, at: now), &follower)
    }

    /// A file can be replayed by itself: it has the states of all streams.
    ///
    /// - Parameter isNew: it was begun now.
    private func begun(_ isNew: Bool, _ follower: inout StreamFollower) {
        if isNew {
            items.forget()
            pictures.forget()
        }
        guard isNew || owesSnapshots else { return }
        let time = ContinuousClock.now
        guard time - lastSnapshots >= Self.shortestFile else {
            if !owesSnapshots {
                note("a file is full after \(time - lastSnapshots): its maps come later; allow more bytes")
            }
            owesSnapshots = true
            return
        }
        lastSnapshots = time
        owesSnapshots = false
        follower.begin(again: StreamName.indexes.text)
        for name in known.sorted() { follower.begin(again: StreamName.layout(index: name).text) }
    }

    /// The next file begins with the indexes that are there by now.
    private func renewHello() {
        guard case .object(var members) = writer.hello else { return }
        members["indexes"] = summaries.json
        writer.hello = .object(members)
    }

    /// Searches that an event is the end of.
    private static func searches(of event: JSONValue) -> Int {
        switch event["type"] {
        case .string("search.finished")?, .string("search.failed")?: return 1
        case .string("search.counted")?:
            // No message has more rows.
            guard let count = event["count"]?.offset, count <= 1_000_000 else { return 0 }
            return count
        default: return 0
        }
    }
}
