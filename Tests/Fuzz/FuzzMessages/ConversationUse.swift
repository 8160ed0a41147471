import OrderedCollections
import ViewerHub
import WireProtocol

/// Plays a hub what a viewer says, a line each, while another viewer listens and streams go on.
///
/// A line that begins with `!` is something that happens: `!a` an event, `!s` bytes taken by the kernel, `!t` a second,
/// `!c` the viewer goes and comes back.
enum ConversationUse {
    private static let viewer = ViewerID(1)
    private static let listener = ViewerID(2)
    private static let maxLines = 200

    static func exercise(_ input: [UInt8]) {
        var limits = HubLimits()
        limits.replayEvents = 8
        limits.softQueuedBytes = 2000
        var hub = ViewerHub(epoch: "fuzz", limits: limits)
        hub.addStream(.indexes, .state)
        hub.addStream(.layout(index: "a"), .state)
        hub.addStream(.searches(index: "a"), .replay)
        var now = Duration.zero
        for id in [viewer, listener] { hub.opened(id, peer: "127.0.0.1", at: now) }
        for text in [
            #"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#,
            #"{"jsonrpc":"2.0","id":2,"method":"stream.subscribe","params":{"stream":"searches/a"}}"#,
        ] { say(Array(text.utf8), listener, &hub, now) }
        for (number, line) in input.split(separator: UInt8(ascii: "\n")).prefix(maxLines).enumerated() {
            switch line {
            case Array("!a".utf8)[...]:
                for (stream, key) in [(StreamName.searches(index: "a"), nil), (.layout(index: "a"), "k\(number % 3)")] {
                    hub.append(
                        StreamEvent("event", key: key, ["number": .integer(Int64(number))], columns: ["n": .u8([1])]),
                        to: stream)
                }
            case Array("!s".utf8)[...]: hub.sent(viewer, bytes: 500)
            case Array("!t".utf8)[...]: now += .seconds(1)
            case Array("!c".utf8)[...]:
                hub.closed(viewer)
                hub.opened(viewer, peer: "127.0.0.1", at: now)
            default: say(Array(line), viewer, &hub, now)
            }
            for output in hub.tick(at: now) { check(output) }
        }
    }

    private static func say(_ text: [UInt8], _ id: ViewerID, _ hub: inout ViewerHub, _ now: Duration) {
        guard let question = hub.received(id, text, at: now) else { return }
        if case .subscribe(let name, _) = question.request {
            if let stream = StreamName(name), case .tile = stream { hub.addStream(stream, .state) }
            hub.subscribe(question)
        } else {
            hub.answer(question, .success(Reply([:])))
        }
    }

    private static func check(_ output: HubOutput) {
        switch output {
        case .send(let message, let viewers):
            precondition(!viewers.isEmpty, "a message to nobody")
            MessageUse.checkIsJSON(message)
        case .close(_, _, let reason): precondition(reason.utf8.count <= 123, "a reason too long for a close frame")
        }
    }
}
