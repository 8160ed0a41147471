import Testing

@testable import AnnscopeDaemon

@Suite("Ingest ledger")
struct IngestLedgerTests {
    private typealias Ledger = IngestLedger<Int>
    private let key = Ledger.Entry(client: "shop", key: "order 17")

    private func ledger(entries: Int = 100, bytes: Int = 1 << 20) -> Ledger {
        Ledger(maxEntries: entries, maxBytes: bytes, keptTime: .seconds(600), maxWaiters: 3)
    }

    private func word(_ verdict: Ledger.Verdict) -> String {
        switch verdict {
        case .run: "run"
        case .waits: "waits"
        case .answered(let text): String(decoding: text, as: UTF8.self)
        case .conflict: "conflict"
        case .crowded: "crowded"
        }
    }

    @Test func `a key is run once, those who come meanwhile wait, those who come later get the same`() {
        var ledger = ledger()
        #expect(word(ledger.ask(key, fingerprint: 1, 10, at: .zero)) == "run")
        #expect(word(ledger.ask(key, fingerprint: 1, 11, at: .zero)) == "waits")
        #expect(word(ledger.ask(key, fingerprint: 2, 12, at: .zero)) == "conflict")
        #expect(ledger.finished(key, Array("yes".utf8), at: .zero) == [10, 11])
        #expect(word(ledger.ask(key, fingerprint: 1, 13, at: .seconds(1))) == "yes")
        #expect(word(ledger.ask(key, fingerprint: 2, 14, at: .seconds(1))) == "conflict")
        #expect(ledger.finished(key, Array("no".utf8), at: .seconds(1)).isEmpty)
    }

    @Test func `the same key of another client is another`() {
        var ledger = ledger()
        #expect(word(ledger.ask(key, fingerprint: 1, 10, at: .zero)) == "run")
        let other = Ledger.Entry(client: "crawler", key: key.key)
        #expect(word(ledger.ask(other, fingerprint: 2, 11, at: .zero)) == "run")
    }

    @Test func `an error answers who waits and frees the key`() {
        var ledger = ledger()
        _ = ledger.ask(key, fingerprint: 1, 10, at: .zero)
        _ = ledger.ask(key, fingerprint: 1, 11, at: .zero)
        #expect(ledger.finished(key, nil, at: .zero) == [10, 11])
        #expect(word(ledger.ask(key, fingerprint: 2, 12, at: .zero)) == "run")
    }

    @Test func `so many wait for one key and no more`() {
        var ledger = ledger()
        let verdicts = (0..<5).map { word(ledger.ask(key, fingerprint: 1, $0, at: .zero)) }
        #expect(verdicts == ["run", "waits", "waits", "crowded", "crowded"])
    }

    @Test func `answers are forgotten after their time, however long they run`() {
        var ledger = ledger()
        _ = ledger.ask(key, fingerprint: 1, 10, at: .zero)
        #expect(word(ledger.ask(key, fingerprint: 1, 11, at: .seconds(5000))) == "waits")
        _ = ledger.finished(key, Array("yes".utf8), at: .seconds(5000))
        #expect(word(ledger.ask(key, fingerprint: 1, 12, at: .seconds(5599))) == "yes")
        #expect(word(ledger.ask(key, fingerprint: 1, 12, at: .seconds(5600))) == "run")
        #expect(ledger.keptBytes == 0)
    }

    @Test func `the number of answers and their bytes are limited, the oldest go first`() {
        var ledger = ledger(entries: 10, bytes: 5000)
        func entry(_ number: Int) -> Ledger.Entry { .init(client: "shop", key: "\(number)") }
        for number in 0..<100 {
            _ = ledger.ask(entry(number), fingerprint: 0, number, at: .seconds(number))
            _ = ledger.finished(
                entry(number), [UInt8](repeating: 65, count: number < 50 ? 10 : 2000), at: .seconds(number))
            #expect(ledger.keptCount <= 10 && ledger.keptBytes <= 5000)
        }
        #expect(ledger.keptCount == 2)
        #expect(word(ledger.ask(entry(97), fingerprint: 0, 0, at: .seconds(100))) == "run")
        #expect(word(ledger.ask(entry(99), fingerprint: 0, 0, at: .seconds(100))).count == 2000)
        // Larger than all that may be kept: it is answered, and not kept.
        let huge = entry(1000)
        _ = ledger.ask(huge, fingerprint: 0, 7, at: .seconds(100))
        #expect(ledger.finished(huge, [UInt8](repeating: 65, count: 6000), at: .seconds(100)) == [7])
        #expect(ledger.keptBytes <= 5000)
    }
}
