import Testing

@testable import AnnscopeDaemon

struct MetricsTextTests {
    private func text(_ write: (inout MetricsText) -> Void) -> String {
        var text = MetricsText()
        write(&text)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    @Test func `a histogram has rising buckets, and its last one holds everything`() {
        var histogram = Histogram(bounds: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 7, .nan] { histogram.add(value) }
        let lines = text {
            $0.begin("seconds", .histogram, "How long.")
            $0.sample("seconds", [("index", "a")], histogram)
        }
        #expect(
            lines == """
                # HELP seconds How long.
                # TYPE seconds histogram
                seconds_bucket{index="a",le="0.1"} 2
                seconds_bucket{index="a",le="1"} 3
                seconds_bucket{index="a",le="+Inf"} 4
                seconds_sum{index="a"} 7.65
                seconds_count{index="a"} 4

                """)
    }

    @Test func `whatever an index is called, a sample stays one line`() {
        let lines = text { $0.sample("vectors", [("index", "a\"b\\c\nd")], 3) }
        #expect(lines == #"vectors{index="a\"b\\c\nd"} 3"# + "\n")
    }

    @Test func `indexes beyond the two hundredth are counted together`() {
        var metrics = DaemonMetrics()
        for number in 0..<300 {
            metrics.index("i\(number)") { $0.loaded(seconds: 1) }
            metrics.search("i\(number)") { $0.failed() }
        }
        metrics.search("i7") { $0.failed() }
        #expect(metrics.searches.count == 201)
        #expect(metrics.searches["i7"]?.counts[.failed] == 2)
        #expect(metrics.searches[DaemonMetrics.otherNames]?.counts[.failed] == 100)
    }

    @Test func `what was counted of an index goes with it, and its last searches count with the others`() {
        var metrics = DaemonMetrics()
        metrics.index("a") { $0.loaded(seconds: 1) }
        metrics.search("a") { $0.failed() }
        metrics.forget(index: "a")
        metrics.search("a") { $0.failed() }
        #expect(metrics.indexes.isEmpty && Array(metrics.searches.keys) == [DaemonMetrics.otherNames])
        metrics.index("a") { $0.loaded(seconds: 1) }
        metrics.search("a") { $0.failed() }
        #expect(metrics.searches["a"]?.counts[.failed] == 1)
    }
}
