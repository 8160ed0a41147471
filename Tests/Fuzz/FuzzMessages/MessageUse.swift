import OrderedCollections
import WireProtocol

/// Parses a message, and writes what a server would answer.
enum MessageUse {
    static func exercise(_ input: [UInt8]) {
        checkJSON(input)
        do {
            let message = try RequestMessage(parsing: input)
            check(message)
            // What is understood is understood the same when it is read again.
            precondition((try? RequestMessage(parsing: input)) == message, "one message was read in two ways")
        } catch {
            checkIsJSON(ServerMessage.reply(to: .null, .failure(error)))
        }
        do {
            switch try SearchBody(parsing: input) {
            case .one(let search): check(search)
            case .many(let searches): check(searches)
            }
        } catch {
            checkIsJSON(ServerMessage.reply(to: .null, .failure(error)))
        }
    }

    private static func checkJSON(_ input: [UInt8]) {
        guard let value = try? JSONValue(parsing: input) else { return }
        let text = value.encoded()
        precondition((try? JSONValue(parsing: text)) == value, "what was written reads back as something else")
        precondition((try? JSONValue(parsing: value.encodedPretty())) == value, "likewise, with line ends")
    }

    private static func check(_ message: RequestMessage) {
        let id = message.id ?? .null
        switch message.request {
        case .failure(let error): checkIsJSON(ServerMessage.reply(to: id, .failure(error)))
        case .success(let request):
            checkIsJSON(ServerMessage.reply(to: id, .success(Reply(["role": .string("\(request.role)")]))))
            switch request {
            case .searchRun(_, let search): check(search)
            case .searchRunMany(_, let searches):
                check(searches)
            case .subscribe(let text, _), .unsubscribe(let text), .pause(let text), .resume(let text):
                guard let stream = StreamName(text) else { return }
                precondition(StreamName(stream.text) == stream, "a stream has two names")
                checkIsJSON(ServerMessage.gap(stream: stream, from: 0, to: 1, reason: text))
            case .indexItems(_, let labels, let nodes):
                precondition(max(labels.count, nodes.count) <= WireLimits().maxItems, "more items than the limit")
            default: break
            }
        }
    }

    private static func check(_ searches: [SearchRequest]) {
        precondition(searches.count <= WireLimits().maxBatch, "a batch above the limit")
        for search in searches { check(search) }
    }

    private static func check(_ search: SearchRequest) {
        let limits = WireLimits()
        precondition((1...limits.maxK).contains(search.k), "k beyond its limit")
        precondition((search.efSearch ?? 1) <= limits.maxEfSearch, "efSearch beyond its limit")
        precondition((search.nprobe ?? 1) <= limits.maxNprobe, "nprobe beyond its limit")
        precondition((search.filter?.condition?.utf8.count ?? 0) <= limits.maxFilterBytes, "a filter beyond its limit")
        precondition((search.key?.utf8.count ?? 0) <= limits.maxKeyBytes, "a key beyond its limit")
    }

    static func checkIsJSON(_ text: [UInt8]) {
        precondition((try? JSONValue(parsing: text, maxBytes: .max)) != nil, "the answer is no JSON")
    }
}
