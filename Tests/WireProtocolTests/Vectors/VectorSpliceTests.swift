import Testing
import Foundation
import OrderedCollections
@testable import WireProtocol

/// Vectors that are read from the text itself, against what jansson makes of the same text.
@Suite("Vectors in a text")
struct VectorSpliceTests {
    /// The request as jansson alone reads it.
    private func byJansson(_ text: String) -> Result<Request, RPCError>? {
        guard let message = try? JSONValue(parsing: Array(text.utf8)), case .string(let method)? = message["method"]
        else {
            return nil
        }
        do throws(RPCError) {
            return .success(try Request(method: method, params: try ParameterReader(message["params"]), WireLimits()))
        } catch {
            return .failure(error)
        }
    }

    private func run(_ params: String) -> String {
        #"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a",\#(params)}}"#
    }

    private func spliced(_ text: String) -> VectorSplice? { VectorSplice(Array(text.utf8), in: "params") }

    @Test func `random numbers are read to the last bit as jansson reads them`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let numbers = (0..<100).map { _ in number(&random) }
            let text = run(#""vector": [ \#(numbers.joined(separator: Bool.random() ? "," : " ,\n\t")) ]"#)
            let expected = try #require(byJansson(text))
            let found = try RequestMessage(parsing: Array(text.utf8)).request
            #expect(found == expected, "\(text)")
        }
    }

    /// A valid JSON number of any form.
    private func number(_ random: inout SystemRandomNumberGenerator) -> String {
        func digits(_ range: ClosedRange<Int>) -> String {
            (0..<Int.random(in: range, using: &random)).map { _ in String(Int.random(in: 0...9, using: &random)) }
                .joined()
        }
        let sign = Bool.random(using: &random) ? "-" : ""
        switch Int.random(in: 0...9, using: &random) {
        case 0: return sign + "0"
        case 1: return sign + "\(Int.random(in: 1...9, using: &random))" + digits(0...17)
        case 2:
            return sign + "0." + String(repeating: "0", count: Int.random(in: 0...30, using: &random)) + digits(1...25)
        case 3: return sign + "\(Int.random(in: 1...9, using: &random))" + digits(0...10) + "." + digits(1...25)
        case 4:
            return sign + "\(Int.random(in: 0...9, using: &random))." + digits(1...20)
                + (Bool.random(using: &random) ? "e" : "E")
                + ["", "+", "-"].randomElement(using: &random)! + "\(Int.random(in: 0...36, using: &random))"
        case 5: return "\(Double(Float(bitPattern: UInt32.random(in: 0..<0x7F00_0000, using: &random))))"
        case 6: return "\(Float.random(in: -1...1, using: &random))"
        case 7: return "\(Double.random(in: -1...1, using: &random))"
        // Halfway between two floats, and beside it.
        case 8:
            let float = Float.random(in: 0.001...1, using: &random)
            let half = (Double(float) + Double(float.nextUp)) / 2
            return "\([half, half.nextUp, half.nextDown].randomElement(using: &random)!)"
        default: return sign + "0.0" + (Bool.random(using: &random) ? "" : "e-400")
        }
    }

    @Test func `random bytes of a request that are changed change nothing about what is understood`() throws {
        var random = SystemRandomNumberGenerator()
        let seeds = [
            run(#""vector":[1,-0.5e1,2.25],"k":3"#),
            run(#""k":3,"vector":"AACAPwAAAL8=","filter":{"where":"a = \"]\""}"#),
            #"{"params":{"vector":[0.5],"index":"a"},"method":"search.run","id":"]","jsonrpc":"2.0"}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"search.runMany","params":{"index":"a","vectors":[[1,2],[3,4e0]],"k":2}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"search.runMany","params":{"index":"a","vectors":"AACAPwAAAL8=","dimension":1}}"#,
        ]
        let spare = Array(#"{}[]",:\e-+.019x"#.utf8)
        for seed in seeds {
            for _ in 0..<4000 {
                var bytes = Array(seed.utf8)
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0...2, using: &random) {
                    case 0: bytes.remove(at: place)
                    case 1: bytes.insert(spare.randomElement(using: &random)!, at: place)
                    default: bytes[place] = spare.randomElement(using: &random)!
                    }
                }
                let text = String(decoding: bytes, as: UTF8.self)
                let found = try? RequestMessage(parsing: bytes)
                let expected = byJansson(text)
                if let found { #expect(expected == found.request, "\(text)") }
                if expected == nil { #expect(found == nil, "\(text)") }
            }
        }
    }

    @Test func `a long vector is cut out, as numbers and as base64`() throws {
        let floats = (0..<2048).map { Float($0) / 3 - 300 }
        let packed = floats.withUnsafeBytes { Data($0).base64EncodedString() }
        let numbers = floats.map { "\($0)" }.joined(separator: ",")
        for value in ["[\(numbers)]", "\"\(packed)\""] {
            let text = run("\"vector\":\(value)")
            let cut = try #require(spliced(text))
            #expect(cut.rest.count < 100)
            #expect(cut.vectors["vector"]?.values == floats)
            #expect(try RequestMessage(parsing: Array(text.utf8)).request.get() == byJansson(text)?.get())
        }
    }

    @Test func `only the parameter is cut out, not what is called like it elsewhere`() throws {
        for text in [
            run(#""subject":{"vector":[1,2]},"label":1"#), run(#""source":"\"vector\":[1]","label":1"#),
            #"{"vector":[1],"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1}}"#,
            #"{"a":{"params":{"vector":[1]}},"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1}}"#,
        ] {
            #expect(spliced(text) == nil, "\(text)")
            guard case .searchRun(_, let search) = try RequestMessage(parsing: Array(text.utf8)).request.get() else {
                Issue.record("\(text)")
                continue
            }
            #expect(search.query == .label(1))
        }
    }

    @Test(
        "a repeated vector is refused, however its key is written",
        arguments: [
            #""vector":[1],"vector":[2]"#, #""vector":[1],"vec\u0074or":[2]"#, #""vector":"AACAPw==","vector":[2]"#,
            #""vector":[1]},"params":{"vector":[2]"#,
        ])
    func repeated(params: String) {
        #expect(throws: RPCError.self) { try RequestMessage(parsing: Array(run(params).utf8)) }
    }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            (#""vector":[1,2,3,"4"]"#, "element 3 of \"vector\" is not a number"),
            (#""vector":[1,null]"#, "element 1 of \"vector\" is not a number"),
            (#""vector":[1,1e39]"#, "element 1 of \"vector\" is inf, but must be a finite number"),
            (#""vector":"AACAPwAAwH8=""#, "element 1 of \"vector\" is nan, but must be a finite number"),
            (#""vector":"AACAfw==""#, "element 0 of \"vector\" is inf, but must be a finite number"),
            (#""vector":"AACAPwA=""#, "\"vector\" is a text, but no base64 of 32-bit floats"),
            (#""vector":{}"#, "\"vector\" must be an array"),
        ])
    func told(params: String, message: String) throws {
        let request = try RequestMessage(parsing: Array(run(params).utf8)).request
        guard case .failure(let error) = request else {
            Issue.record("\(request)")
            return
        }
        #expect(error.message == message)
    }

    @Test(
        "what is no number is no JSON, as before",
        arguments: ["01", "+1", ".5", "1.", "1e", "1e999", "NaN", "Infinity", "0x10", "1 2", "-", "--1", ""])
    func noNumbers(number: String) {
        #expect(throws: RPCError.self) { try RequestMessage(parsing: Array(run("\"vector\":[1,\(number)]").utf8)) }
    }

    @Test func `a batch is read as numbers, as base64 with a dimension, and as labels`() throws {
        func queries(_ params: String) throws -> [SearchRequest.Query] {
            let text = #"{"jsonrpc":"2.0","id":1,"method":"search.runMany","params":{"index":"a",\#(params)}}"#
            guard case .searchRunMany("a", let searches) = try RequestMessage(parsing: Array(text.utf8)).request.get()
            else { return [] }
            #expect(searches.allSatisfy { $0.k == 7 })
            return searches.map(\.query)
        }
        let two: [SearchRequest.Query] = [.vector([1, -0.5]), .vector([2, 0])]
        let packed = [Float(1), -0.5, 2, 0].withUnsafeBytes { Data($0).base64EncodedString() }
        #expect(try queries(#""k":7,"vectors":[[1,-0.5],[2,0]]"#) == two)
        #expect(try queries(#""vectors":"\#(packed)","dimension":2,"count":2,"k":7"#) == two)
        #expect(try queries(#""vectors":["AACAPwAAAL8=",[2,0]],"k":7"#) == two)
        #expect(try queries(#""labels":[4,"5"],"k":7"#) == [.label(4), .label(5)])
    }

    @Test(
        "what is wrong with a batch is told",
        arguments: [
            (#""vectors":[]"#, "\"vectors\" is empty"),
            (#""k":1"#, "say what to search for: either \"vectors\" or \"labels\""),
            (#""vectors":[[1],[1,"x"]]"#, "element 1 of vector 1 of \"vectors\" is not a number"),
            (#""vectors":[[1],2]"#, "vector 1 of \"vectors\" must be an array"),
            (#""vectors":[[1],[1e300]]"#, "element 0 of vector 1 of \"vectors\" is inf, but must be a finite number"),
            (#""vectors":[[1]],"vector":[1]"#, "\"vector\" is for one search; many have \"vectors\""),
            (#""vectors":"AACAPwAAAL8=""#, "\"dimension\" is missing: it must be a whole number"),
            (
                #""vectors":"AACAPwAAAL8=","dimension":3"#,
                "\"vectors\" has 2 floats, which are not 0 vectors of 3 components"
            ),
            (
                #""vectors":"AACAPwAAAL8=","dimension":1,"count":3"#,
                "\"vectors\" has 2 floats, which are not 3 vectors of 1 components"
            ),
        ])
    func batchTold(params: String, message: String) throws {
        let text = #"{"jsonrpc":"2.0","id":1,"method":"search.runMany","params":{"index":"a",\#(params)}}"#
        guard case .failure(let error) = try RequestMessage(parsing: Array(text.utf8)).request else {
            Issue.record("\(text)")
            return
        }
        #expect(error.message == message)
    }

    @Test func `a batch has a limit`() throws {
        let vectors = Array(repeating: "[1]", count: 1001).joined(separator: ",")
        let text = #"{"jsonrpc":"2.0","id":1,"method":"search.runMany","params":{"index":"a","vectors":[\#(vectors)]}}"#
        guard case .failure(let error) = try RequestMessage(parsing: Array(text.utf8)).request else {
            Issue.record("it was taken")
            return
        }
        #expect(error.code == .limit)
    }

    @Test func `a body is one search or many`() throws {
        guard case .one(let search) = try SearchBody(parsing: Array(#"{"vector":[1,2],"k":3}"#.utf8)) else {
            Issue.record("many")
            return
        }
        #expect(search.query == .vector([1, 2]) && search.k == 3)
        guard case .many(let searches) = try SearchBody(parsing: Array(#"{"vectors":[[1,2],[3,4]]}"#.utf8)) else {
            Issue.record("one")
            return
        }
        #expect(searches.map(\.query) == [.vector([1, 2]), .vector([3, 4])])
    }
}
