import OrderedCollections
import Testing
import WireProtocol

@Suite("Requests about single items")
struct LookupRequestTests {
    private func error(_ method: String, _ params: String) throws -> RPCError? {
        let text = #"{"jsonrpc":"2.0","id":1,"method":"index.\#(method)","params":{"index":"a",\#(params)}}"#
        guard case .failure(let error) = try RequestMessage(parsing: Array(text.utf8)).request else { return nil }
        return error
    }

    @Test(
        "what is wrong with one is told",
        arguments: [
            ("route", #""x":1"#, RPCError.Code.invalidParams, "\"node\" is missing: it must be a whole number"),
            ("route", #""node":-1"#, .invalidParams, "\"node\" is -1; it can be 0 to 4294967294"),
            ("find", #""x":1"#, .invalidParams, "\"text\" is missing or empty: it says what to find"),
            ("find", #""text":"""#, .invalidParams, "\"text\" is missing or empty: it says what to find"),
            ("find", #""text":5"#, .invalidParams, "\"text\" must be a text"),
            ("find", #""text":"a","limit":1001"#, .limit, "\"limit\" is 1001; it can be 1 to 1000"),
            ("find", #""text":"a","limit":0"#, .invalidParams, "\"limit\" is 0; it can be 1 to 1000"),
            ("vector", #""x":1"#, .invalidParams, "either \"node\" or \"label\" is needed"),
            ("vector", #""node":1,"label":1"#, .invalidParams, "either \"node\" or \"label\" is needed"),
            (
                "distances", #""to":[1]"#, .invalidParams,
                "\"from\" is missing: it must be {\"node\":…} or {\"label\":…}"
            ),
            ("distances", #""from":5,"to":[1]"#, .invalidParams, "\"from\" must be an object"),
            ("distances", #""from":{},"to":[1]"#, .invalidParams, "either \"node\" or \"label\" is needed"),
            ("distances", #""from":{"node":1}"#, .invalidParams, "\"to\" is missing: it must be an array of nodes"),
            ("distances", #""from":{"node":1},"to":[1,"2"]"#, .invalidParams, "element 1 of \"to\" is not a node"),
        ])
    func told(method: String, params: String, code: RPCError.Code, message: String) throws {
        #expect(try error(method, params) == RPCError(code, message))
    }

    @Test func `lists and texts have a limit`() throws {
        let nodes = Array(repeating: "1", count: 1001).joined(separator: ",")
        #expect(try error("distances", #""from":{"node":1},"to":[\#(nodes)]"#)?.code == .limit)
        #expect(try error("find", #""text":"\#(String(repeating: "a", count: 201))""#)?.code == .limit)
    }

    @Test func `columns may stand beside the members and within one of them`() throws {
        let reply = Reply(
            ["a": 1], columns: [.init(name: "x", column: .u8([1, 2]))], nestedIn: "columns",
            beside: [.init(name: "query", column: .f32([0.5]))])
        let read = try JSONValue(parsing: reply.encoded())
        #expect(read == ["a": 1, "query": [0.5], "columns": ["x": [1, 2]]])
        let bare = Reply([:], columns: [], nestedIn: "columns", beside: [.init(name: "query", column: .f32([0.5]))])
        #expect(try JSONValue(parsing: bare.encoded()) == ["query": [0.5]])
    }
}
