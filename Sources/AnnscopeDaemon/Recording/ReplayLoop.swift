internal import Foundation
internal import SocketService
internal import ViewerHub
internal import WireProtocol

/// What a replay's thread owns: the recording, and who watches it.
struct ReplayLoop {
    private let plan: ReplayService.Plan
    private let page: StaticFiles
    private let note: @Sendable (String) -> Void
    private var timeline: ReplayTimeline
    private var replay: Replay
    private var connections: Set<ConnectionID> = []
    private let started = ContinuousClock.now
    /// How long the recording stands still; nil while that depends on the viewers.
    private(set) var wait: Duration? = .zero
    private(set) var fault: RecordingError?
    private var hasEnded = false
    /// There were searches since it began. Else it would begin again all the time, and send all viewers away each time.
    private var hasShownSearches = false

    /// Limits of the hub are looked after this often.
    private static let pulse = Duration.seconds(1)

    init(_ plan: ReplayService.Plan, page: StaticFiles, note: @escaping @Sendable (String) -> Void)
        throws(RecordingError)
    {
        self.plan = plan
        self.page = page
        self.note = note
        timeline = try ReplayTimeline(plan.files)
        replay = try Replay(timeline, epoch: Self.newEpoch, speed: plan.speed)
        for error in timeline.leftOut { note("\(error); it is left out") }
    }

    private static var newEpoch: String { String(UInt64.random(in: .min ... .max), radix: 36) }

    private var now: Duration { started.duration(to: .now) }

    mutating func handle(_ event: SocketEvent, _ server: SocketServer) {
        switch event {
        case .opened(let connection, let peer):
            connections.insert(connection)
            replay.opened(ViewerID(connection.raw), peer: peer.address, at: now)
        case .closed(let connection):
            connections.remove(connection)
            replay.closed(ViewerID(connection.raw))
        case .sent(let all): for sent in all { replay.sent(ViewerID(sent.connection.raw), bytes: sent.bytes) }
        case .message(let connection, let text): replay.received(ViewerID(connection.raw), text, at: now)
        case .request(let id, let request): server.respond(to: id, response(to: request))
        case .held(let connection): server.readOn(connection)
        case .abandoned, .binary, .stopped: break
        }
    }

    private func response(to request: HTTPRequest) -> HTTPResponse {
        if request.method != .post, let picture = replay.picture(request.path) {
            return .file(
                size: picture.bytes.count, range: request.range, headers: HTTPResponse.pictureHeaders(picture.type)
            ) { Array(picture.bytes[$0]) }
        }
        return switch (request.method, request.path) {
        case (.post, _): HTTPResponse(.failure(Replay.refusal))
        case (_, "/healthz"): .text(200, "ok\n")
        case (_, "/readyz"): .text(200, "ready\n")
        case (_, "/api/v1/indexes"): HTTPResponse(.success(replay.indexList))
        default: page.response(request.path, ifNoneMatch: request.ifNoneMatch, acceptEncoding: request.acceptEncoding)
        }
    }

    /// Lets the recording go on and hands out what is to be sent.
    mutating func tick(_ server: SocketServer) {
        let still = replay.advance(to: now)
        hasShownSearches = hasShownSearches || replay.hasShownSearches
        for text in replay.takeNotes() { note(text) }
        if let found = replay.fault, fault == nil {
            fault = found
            note("\(found); it is replayed up to there")
        }
        for output in replay.tick(at: now) {
            switch output {
            case .send(let message, let viewers):
                server.send(SharedFrame(message), to: viewers.map { ConnectionID(raw: $0.raw) })
            case .close(let viewer, let code, let reason):
                server.close(ConnectionID(raw: viewer.raw), code: code.rawValue, reason: reason)
            }
        }
        wait = min(still ?? Self.pulse, Self.pulse, replay.hub.nextTick.map { max(.zero, $0 - now) } ?? Self.pulse)
        if replay.isRestarted { begin(server, "the recorded daemon was started anew") }
        if replay.isOver, !hasEnded {
            for path in timeline.cutOff { note("\(path): the last line is cut off, and is left out") }
            if plan.isLooping, hasShownSearches {
                hasShownSearches = false
                again(server)
            } else {
                hasEnded = true
                note("the recording is over; it can still be looked at")
            }
        }
    }

    private mutating func again(_ server: SocketServer) {
        do throws(RecordingError) {
            timeline = try ReplayTimeline(plan.files)
            begin(server, "the recording begins again")
        } catch {
            fault = error
            hasEnded = true
            note("\(error); it does not begin again")
        }
    }

    /// Goes on with the timeline as another start of a daemon: everyone comes again.
    private mutating func begin(_ server: SocketServer, _ reason: String) {
        do throws(RecordingError) {
            replay = try Replay(timeline, epoch: Self.newEpoch, speed: plan.speed)
        } catch {
            fault = error
            hasEnded = true
            return note("\(error)")
        }
        for connection in connections { server.close(connection, code: CloseCode.restart.rawValue, reason: reason) }
        connections = []
        wait = .zero
    }
}
