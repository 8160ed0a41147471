import Logging
import SocketService
import Testing
import ViewerHub
import WireProtocol

@testable import AnnscopeDaemon

@Suite("A configuration that is read again")
struct ReloadedConfigurationTests {
    private let old = DaemonConfiguration(paths: ["/srv"])

    @Test func `what can change is taken, and what can't is named`() throws {
        var read = old
        read.paths = ["/other"]
        read.listen = [.tcp(host: "127.0.0.1", port: 1)]
        read.workers = 7
        read.ingest.ratePerSecond = 5
        read.log.level = .debug
        let (new, taken, waiting) = try old.reloaded(from: read)
        #expect(new.paths == ["/other"] && new.ingest.ratePerSecond == 5 && new.log.level == .debug)
        #expect(new.listen == old.listen && new.workers == nil)
        #expect(taken == ["paths", "rates.searches", "log.level"])
        #expect(waiting == ["listen", "search.workers"])
    }

    @Test func `nothing that is the same counts as changed`() throws {
        let (_, taken, waiting) = try old.reloaded(from: old)
        #expect(taken.isEmpty && waiting.isEmpty)
    }

    @Test func `tokens are taken`() throws {
        var read = old
        read.access.tokens = [AccessToken(name: "a", role: .viewer, secret: "0123456789abcdef")]
        let (new, taken, _) = try old.reloaded(from: read)
        #expect(taken == ["tokens"])
        #expect(new.access.rules.grant("0123456789abcdef")?.role == .viewer && new.access.rules.grant(nil) == nil)
    }

    @Test func `the last token is not taken away while an old listener is open to others`() {
        var running = old
        running.listen = [.tcp(host: "0.0.0.0", port: 7700)]
        running.access.tokens = [AccessToken(name: "a", role: .viewer, secret: "0123456789abcdef")]
        // The new configuration would be sound by itself, but its listener waits for a restart.
        #expect(throws: ConfigurationError.self) { try running.reloaded(from: old) }
        var open = running
        open.access.anonymous = .publisher
        #expect(throws: ConfigurationError.self) { try running.reloaded(from: open) }
    }

    @Test func `there must be something to watch`() {
        var read = old
        read.paths = []
        #expect(throws: ConfigurationError.self) { try old.reloaded(from: read) }
    }
}
