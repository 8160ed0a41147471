import Foundation
import Testing
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Searches as lines")
struct SearchLinesTests {
    private func apply(_ lines: inout SearchLines, _ text: String) throws -> [String] {
        lines.apply(try JSONValue(parsing: Array(text.utf8)))
    }

    private let started =
        #"{"type":"search.started","search":"s1","index":"a","revision":1,"at":1700000000123,"followed":true,"source":"shop","label":40,"header":{"algorithm":"hnswlib","k":5,"efSearch":50,"nprobe":0}}"#
    private let finished =
        #"{"type":"search.finished","search":"s1","results":[{"label":40,"node":2,"distance":0.5}],"counters":{"distances":900},"microseconds":17,"complete":true}"#

    @Test func `a search is one line when it has ended, and its recall comes behind`() throws {
        var lines = SearchLines(showsSteps: false, hasColours: false)
        #expect(try apply(&lines, started).isEmpty)
        let line = try #require(try apply(&lines, finished).first)
        #expect(line.hasSuffix("s1  shop  efSearch=50  k=5  900 distances  17 µs  best 0.5 (40)  label 40"))
        #expect(try apply(&lines, #"{"type":"search.recall","search":"s1","recall":0.8}"#) == ["  s1  recall 80 %"])
        #expect(lines.ended == 1)
    }

    @Test func `steps are layers and hops, in both column modes`() throws {
        for columns in [
            #""kind":[0,3,2,4,3],"layer":[1,1,1,1,0],"to":[7,7,8,9,9],"distance":[2.5,2.5,3,1,1]"#,
            #""kind":{"dtype":"u8","data":"AAMCBAM="},"layer":{"dtype":"i16","data":"AQABAAEAAQAAAA=="},"to":{"dtype":"u32","data":"BwAAAAcAAAAIAAAACQAAAAkAAAA="},"distance":{"dtype":"f32","data":"AAAgQAAAIEAAAEBAAACAPwAAgD8="}"#,
        ] {
            var lines = SearchLines(showsSteps: true, hasColours: false)
            _ = try apply(&lines, started)
            _ = try apply(&lines, #"{"type":"search.steps","search":"s1","first":0,\#(columns)}"#)
            let text = try apply(&lines, finished)
            #expect(
                text.dropFirst() == [
                    "    layer 1", "      enter at 7  2.5", "      hop to 7  2.5", "      down at 9  1", "    layer 0",
                    "      hop to 9  1",
                ])
        }
    }

    @Test func `searches that were counted are one line, and all of them count`() throws {
        var lines = SearchLines(showsSteps: false, hasColours: false)
        let counted =
            #"{"type":"search.counted","first":21,"count":3,"at":1700000000000,"sources":["shop"],"microseconds":[40,1,7],"recall":[0.75,null,null],"outcome":[0,2,1]}"#
        let text = try apply(&lines, counted)
        #expect(text.count == 1)
        #expect(text[0].hasSuffix("+3 more searches  shop  7 µs (median)  recall 75 % of 1 measured  1 failed"))
        #expect(lines.ended == 3)
    }

    @Test func `a failure says why`() throws {
        var lines = SearchLines(showsSteps: false, hasColours: false)
        _ = try apply(&lines, started)
        let text = try apply(&lines, #"{"type":"search.failed","search":"s1","code":-32005,"message":"file changed"}"#)
        #expect(text.first?.contains("failed: file changed") == true)
    }

    @Test func `texts of others move no cursor, wherever they stand`() throws {
        var lines = SearchLines(showsSteps: false, hasColours: false)
        let odd = #"\u001b[2J"#
        let texts = try [
            #"{"type":"search.failed","search":"s1","code":-32005,"message":"\#(odd)"}"#,
            #"{"type":"search.failed","search":"\#(odd)","code":-32005,"message":"why"}"#,
            #"{"type":"search.finished","search":"s2","stopped":"\#(odd)","results":[{"label":"\#(odd)","distance":1}]}"#,
        ].flatMap { try apply(&lines, $0) }
        #expect(texts.count == 3)
        for text in texts { #expect(text.contains("[2J") && !text.contains("\u{1B}"), "\(text)") }
    }

    @Test func `odd events print nothing and break nothing`() throws {
        var lines = SearchLines(showsSteps: true, hasColours: true)
        for text in [
            "[]", "1", "{}", #"{"type":1}"#, #"{"type":"search.steps","search":"s9"}"#,
            #"{"type":"search.counted","count":"x"}"#,
        ] { #expect(try apply(&lines, text).isEmpty) }
        _ = try apply(&lines, started)
        _ = try apply(
            &lines, #"{"type":"search.steps","search":"s1","kind":[3,3],"layer":[99999999999],"to":[-1],"distance":[]}"#
        )
        _ = try apply(
            &lines,
            #"{"type":"search.steps","search":"s1","kind":[3],"layer":[99999999999],"to":[-1e300],"distance":[null]}"#)
        _ = try apply(&lines, #"{"type":"search.counted","count":-5,"microseconds":[1e300]}"#)
    }

    @Test func `searches whose end never comes are forgotten`() throws {
        var lines = SearchLines(showsSteps: false, hasColours: false)
        for number in 0..<5000 {
            _ = try apply(&lines, started.replacingOccurrences(of: "s1", with: "s\(number)"))
        }
        #expect(try apply(&lines, #"{"type":"search.recall","search":"s1","recall":1}"#).isEmpty)
    }
}
