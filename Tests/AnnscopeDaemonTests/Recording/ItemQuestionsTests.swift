import OrderedCollections
import Testing
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Item questions")
struct ItemQuestionsTests {
    private var questions = ItemQuestions()
    private let answer: JSONValue = [
        "revision": 1, "items": [["node": 7, "label": 40, "caption": "a dog"], ["node": 7, "label": 40]],
    ]

    private func finished(_ nodes: ClosedRange<Int>, revision: Int64 = 1, type: String = "search.finished") -> JSONValue
    {
        let hits = nodes.map { JSONValue.object(["node": .integer(Int64($0)), "label": .integer(Int64($0))]) }
        return [
            "type": .string(type), "search": "s1", "revision": .integer(revision),
            type == "search.recall" ? "exact" : "results": .array(hits),
        ]
    }

    @Test mutating func `the query, the results and the exact neighbours are asked for once, together`() {
        #expect(questions.wait(at: .zero) == nil && questions.next(at: .zero) == nil)
        questions.learn(from: ["type": "search.started", "revision": 1, "label": "40"], of: "a")
        questions.learn(from: finished(1...2), of: "a")
        questions.learn(from: finished(2...3, type: "search.recall"), of: "a")
        questions.learn(from: finished(1...3), of: "a")
        #expect(questions.wait(at: .zero) == .milliseconds(50))
        let question = questions.next(at: .zero)
        #expect(question?.parameters == ["index": "a", "labels": ["40"], "nodes": [1, 2, 3]])
        // One question at a time.
        questions.learn(from: finished(4...4), of: "b")
        #expect(questions.wait(at: .zero) == nil && questions.next(at: .zero) == nil)
        let told = questions.answered(.success(answer), at: .zero)
        #expect(told?.index == "a" && told?.items.map(\.node) == [7])
        // The query is known by its node as well.
        questions.learn(from: finished(7...7), of: "a")
        #expect(questions.next(at: .zero)?.index == "b")
        #expect(questions.answered(.success(["revision": 1, "items": []]), at: .zero) == nil)
        questions.learn(from: finished(1...4), of: "a")
        #expect(questions.next(at: .zero)?.parameters["nodes"] == [4])
    }

    @Test mutating func `a question has no more items than the daemon takes`() {
        questions.maxItems = 2
        questions.learn(from: finished(1...5), of: "a")
        var asked: [Int] = []
        while let question = questions.next(at: .zero) {
            asked.append(question.items.count)
            _ = questions.answered(.success(answer), at: .zero)
        }
        #expect(asked == [2, 2, 1])
        questions.maxItems = 1_000_000
        questions.learn(from: finished(10...1000), of: "a")
        #expect(questions.next(at: .zero)?.items.count == ItemQuestions.mostItems)
    }

    @Test mutating func `nodes of another revision are other vectors`() {
        questions.learn(from: finished(1...2), of: "a")
        _ = questions.next(at: .zero)
        questions.learn(from: finished(2...3, revision: 2), of: "a")
        // An answer that never comes is not waited for in the new revision.
        questions.closed()
        questions.learn(from: finished(8...9), of: "a")
        #expect(questions.next(at: .zero)?.parameters["nodes"] == [2, 3])
    }

    @Test mutating func `a lost question is asked again of the same daemon, and of no other`() {
        questions.learn(from: finished(1...2), of: "a")
        _ = questions.next(at: .zero)
        questions.closed()
        questions.opened(isSameDaemon: true)
        #expect(questions.next(at: .zero)?.parameters["nodes"] == [1, 2])
        questions.closed()
        questions.opened(isSameDaemon: false)
        #expect(questions.next(at: .zero) == nil && questions.wait(at: .zero) == nil)
        questions.learn(from: finished(1...1), of: "a")
        #expect(questions.next(at: .zero)?.parameters["nodes"] == [1])
    }

    @Test mutating func `who is asked too often is left alone for as long as it says, and not for ever`() {
        questions.learn(from: finished(1...1), of: "a")
        _ = questions.next(at: .zero)
        _ = questions.answered(.failure(RPCError(.tooMany, "", retryAfter: .seconds(3))), at: .seconds(1))
        #expect(questions.wait(at: .seconds(1)) == .seconds(3))
        #expect(questions.next(at: .seconds(3)) == nil)
        #expect(questions.next(at: .seconds(4))?.items.count == 1)
        _ = questions.answered(.failure(RPCError(.busy, "", retryAfter: .seconds(1_000_000))), at: .seconds(4))
        #expect(questions.wait(at: .seconds(4)) == .seconds(60))
        var time = Duration.seconds(100)
        var refusals = 2
        while questions.next(at: time) != nil {
            _ = questions.answered(.failure(RPCError(.busy, "")), at: time)
            refusals += 1
            time += .seconds(1)
        }
        #expect(refusals == 11)
    }

    @Test mutating func `what an index can't tell is not asked again`() {
        questions.learn(from: finished(1...1), of: "a")
        _ = questions.next(at: .zero)
        #expect(questions.answered(.failure(RPCError(.noSuchIndex, "")), at: .zero) == nil)
        questions.learn(from: finished(1...2), of: "a")
        #expect(questions.next(at: .zero)?.parameters["nodes"] == [2])
    }

    @Test mutating func `a new file needs everything once more, but what is on its way`() {
        questions.learn(from: finished(1...2), of: "a")
        _ = questions.next(at: .zero)
        _ = questions.answered(.success(answer), at: .zero)
        questions.learn(from: finished(3...3), of: "a")
        _ = questions.next(at: .zero)
        questions.learn(from: finished(4...4), of: "a")
        questions.forget()
        questions.learn(from: finished(1...4), of: "a")
        _ = questions.answered(.success(answer), at: .zero)
        #expect(questions.next(at: .zero)?.parameters["nodes"] == [4, 1, 2])
    }

    @Test func `no more wait than may, and no more is remembered`() {
        var few = ItemQuestions(maxWaiting: 10, maxKnown: 15)
        few.learn(from: finished(1...100), of: "a")
        #expect(few.leftOut == 90 && few.next(at: .zero)?.items.count == 10)
        _ = few.answered(.success(answer), at: .zero)
        // The sixteenth makes it forget what it asked for.
        few.learn(from: finished(11...16), of: "a")
        few.learn(from: finished(1...2), of: "a")
        #expect(few.next(at: .zero)?.parameters["nodes"] == [11, 12, 13, 14, 15, 16, 1, 2])
    }

    @Test(
        "events that say nothing that can be asked for are passed over",
        arguments: [
            #"{"type":"search.finished","results":[{"node":1}]}"#,
            #"{"type":"search.finished","revision":-1,"results":[{"node":1}]}"#,
            #"{"type":"search.finished","revision":1,"results":[{"node":4294967296},{"node":-1},{"node":"1"},7]}"#,
            #"{"type":"search.finished","revision":1,"results":{"node":1}}"#,
            #"{"type":"search.started","revision":1,"label":"x"}"#, #"{"type":"search.started","revision":1}"#,
            #"{"type":"search.steps","revision":1,"results":[{"node":1}]}"#,
        ])
    func oddEvents(text: String) throws {
        var questions = ItemQuestions()
        questions.learn(from: try JSONValue(parsing: Array(text.utf8)), of: "a")
        #expect(questions.next(at: .zero) == nil)
    }
}
