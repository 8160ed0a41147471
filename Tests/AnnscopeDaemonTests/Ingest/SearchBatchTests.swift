import SocketService
import OrderedCollections
import Testing
import WireProtocol

@testable import AnnscopeDaemon

@Suite("A batch of searches")
struct SearchBatchTests {
    private func batch(_ count: Int) -> SearchBatch {
        SearchBatch(
            (0..<count).map { SearchRequest(query: .label(WireLabel($0)), k: 1) }, index: "a",
            asker: .http(HTTPRequestID(raw: 1)))
    }

    private func reply(_ number: Int) -> Result<Reply, RPCError> { .success(Reply(["n": .integer(Int64(number))])) }

    @Test func `answers come in the order of the requests, however they come in`() throws {
        var batch = batch(4)
        batch.answer(1, .failure(RPCError(.searchFailed, "no")), hasBegun: false)
        var places: [Int] = []
        while let (place, request) = batch.upcoming {
            #expect(request.query == .label(WireLabel(place)))
            batch.began(place)
            places.append(place)
        }
        #expect(places == [0, 2, 3] && batch.inFlight == 3 && batch.waiting == 0)
        for place in [3, 0] { batch.answer(place, reply(place), hasBegun: true) }
        #expect(batch.reply == nil && batch.inFlight == 1)
        batch.answer(2, reply(2), hasBegun: true)
        let text = try #require(batch.reply).encoded()
        #expect(
            String(decoding: text, as: UTF8.self)
                == #"{"results":[{"n":0},{"error":{"code":-32005,"message":"no"}},{"n":2},{"n":3}]}"#)
    }

    @Test func `a search is answered once`() {
        var batch = batch(2)
        batch.began(0)
        batch.answer(0, reply(0), hasBegun: true)
        batch.answer(0, reply(9), hasBegun: true)
        #expect(batch.unanswered == 1 && batch.inFlight == 0 && batch.waiting == 1)
    }
}
