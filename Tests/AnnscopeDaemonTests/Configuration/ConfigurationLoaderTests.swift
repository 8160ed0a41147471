import Foundation
import Logging
import Testing
import ViewerHub
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Reading a configuration")
struct ConfigurationLoaderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The messages, with the folder's name left out.
    private func faults(
        _ text: String, flags: [String: [String]] = [:], environment: [String: String] = [:]
    ) throws -> [String] {
        let file = try folder.write("a.toml", text)
        do {
            _ = try ConfigurationLoader(file: file, flags: flags, environment: environment).load()
            return []
        } catch {
            return error.faults.map { $0.description.replacingOccurrences(of: folder.path + "/", with: "") }
        }
    }

    @Test func `flags go before the environment, and that before the file`() throws {
        let file = try folder.write("a.toml", "[search]\nqueue = 1\nworkers = 1\nkept = 1\n")
        let loaded = try ConfigurationLoader(
            file: file, flags: ["search-queue": ["3"]],
            environment: ["ANNSCOPE_SEARCH_QUEUE": "2", "ANNSCOPE_SEARCH_WORKERS": "2", "HOME": "/x"]
        ).load()
        #expect(loaded.configuration.limits.maxQueuedSearches == 3)
        #expect(loaded.configuration.workers == 2)
        #expect(loaded.configuration.keptSearches == 1)
        #expect(loaded.origins["search.kept"] == .file(path: file, line: 4, column: 8))
        #expect(loaded.origins["search.queue"] == .flag("--search-queue"))
    }

    @Test func `a variable names the file, and a flag another`() throws {
        let (one, two) = (try folder.write("1.toml", "search.kept = 1"), try folder.write("2.toml", "search.kept = 2"))
        let environment = ["ANNSCOPE_CONFIG": one]
        #expect(try ConfigurationLoader(file: nil, environment: environment).load().configuration.keptSearches == 1)
        #expect(try ConfigurationLoader(file: two, environment: environment).load().configuration.keptSearches == 2)
        #expect(try ConfigurationLoader(file: nil, environment: [:]).load().configuration.keptSearches == 500)
    }

    @Test func `all faults are told, each at its place`() throws {
        let text = """
            listen = ["127.0.0.1:7700",
              "nowhere"]
            pahts = ["/srv"]
            workers = 3
            [serach]
            queue = 5
            [search]
            queue = 0
            deadline = 10
            kept = "many"
            [log]
            level = "notise"
            [memory]
            limit = "8GB"
            [state]
            keep = "yes"
            """
        let found = try faults(text, environment: ["ANNSCOPE_SERACH_QUEUE": "1", "ANNSCOPE_STREAM_LISTED": "x"])
        let wanted = [
            "a.toml:5:1: there is no table [serach]; did you mean [search]?",
            "a.toml:2:3: listen: nowhere: it must be ADDRESS:PORT",
            "a.toml:3:1: there is no option pahts; did you mean paths?",
            "a.toml:4:1: there is no option workers; did you mean search.workers?",
            "a.toml:8:9: search.queue: 0: it can be 1 to 100000",
            "a.toml:9:12: search.deadline: it takes a time with its unit, such as \"10s\", not a whole number",
            "a.toml:10:8: search.kept: it takes a whole number, not a text",
            "a.toml:12:9: log.level: \"notise\" is none of trace, debug, info, notice, warning, error, critical; did you mean notice?",
            "a.toml:14:9: memory.limit: \"8GB\" is no number of bytes, such as 500M or 8G",
            "a.toml:16:8: state.keep: it takes true or false, not a text",
            "ANNSCOPE_SERACH_QUEUE: there is no such option; did you mean ANNSCOPE_SEARCH_QUEUE?",
            "ANNSCOPE_STREAM_LISTED: \"x\" is no whole number",
        ]
        #expect(found.count == wanted.count, "\(found.joined(separator: "\n"))")
        for (found, wanted) in zip(found, wanted) { #expect(found.hasPrefix(wanted), "\(found)") }
    }

    @Test func `a text that is no TOML is refused at its place`() throws {
        #expect(try faults("a = [1,\n  x]") == ["a.toml:2:3: x is no value; a text stands in quotes: \"x\""])
    }

    @Test func `a file that can't be read says so`() {
        #expect(throws: ConfigurationError.self) {
            try ConfigurationLoader(file: folder.path + "/none.toml", environment: [:]).load()
        }
        #expect(throws: ConfigurationError.self) { try ConfigurationLoader(file: folder.path, environment: [:]).load() }
    }

    @Test func `an inline table is a table`() throws {
        let file = try folder.write("a.toml", "search = {queue = 9, kept = 8}\nlog.level = \"info\"")
        let configuration = try ConfigurationLoader(file: file, environment: [:]).load().configuration
        #expect(configuration.limits.maxQueuedSearches == 9 && configuration.keptSearches == 8)
        #expect(configuration.log.level == .info)
        #expect(
            try faults("search = {queu = 9}") == [
                "a.toml:1:11: there is no option search.queu; did you mean search.queue?"
            ])
    }

    @Test func `relative paths start at the file's folder, or at the working folder`() throws {
        let file = try folder.write("a.toml", "paths = [\"x\", \"/y\"]\nweb = \"web\"")
        let loaded = try ConfigurationLoader(file: file, environment: [:], folder: "/work").load().configuration
        #expect(loaded.paths == ["\(folder.path)/x", "/y"])
        #expect(loaded.webFolder == "\(folder.path)/web")
        let told = try ConfigurationLoader(
            file: nil, flags: ["web": ["web"]], environment: ["ANNSCOPE_PATHS": "a:/b  c"], folder: "/work"
        ).load().configuration
        #expect(told.paths == ["/work/a", "/b", "/work/c"])
        #expect(told.webFolder == "/work/web")
    }

    @Test func `an address that others reach needs a token, and the message says how`() throws {
        let found = try faults("listen = [\"127.0.0.1:7700\", \"0.0.0.0:7700\"]")
        #expect(found.count == 1)
        for words in [
            "a.toml:1:10: 0.0.0.0:7700", "annscope make-token publisher", "tokens = \"/etc/annscope/tokens\"",
        ] {
            #expect(found.first?.contains(words) == true, "\(found)")
        }
        let tokens = try folder.write("tokens", "publisher anna 0123456789abcdef\n", mode: 0o600)
        let file = try folder.write("a.toml", "listen = [\"0.0.0.0:7700\"]\naccess.tokens = \"tokens\"")
        let loaded = try ConfigurationLoader(file: file, environment: [:]).load()
        #expect(loaded.configuration.access.tokensFile == tokens)
        #expect(loaded.warnings.count == 1 && loaded.warnings[0].contains("in the clear"))
        #expect(loaded.configuration.access.rules.grant(nil) == nil)
        #expect(loaded.configuration.access.rules.grant("0123456789abcdef")?.role == .publisher)
        let plain = try ConfigurationLoader(file: file, flags: ["access-plain": ["true"]], environment: [:]).load()
        #expect(plain.warnings.isEmpty)
        let open = try faults("listen = [\"0.0.0.0:7700\"]\n[access]\ntokens = \"tokens\"\nanonymous = \"publisher\"")
        #expect(open.count == 1 && open[0].hasPrefix("a.toml:4:13: access.anonymous: publisher lets everybody"))
    }

    @Test func `without tokens this machine may publish, and a viewer may be let in without one`() throws {
        #expect(DaemonConfiguration().access.rules.grant(nil)?.role == .publisher)
        let file = try folder.write("tokens", "publisher anna 0123456789abcdef\n", mode: 0o600)
        let access = try ConfigurationLoader(
            file: nil, flags: ["tokens": [file], "access-anonymous": ["viewer"]], environment: [:]
        ).load().configuration.access
        #expect(access.rules.grant(nil)?.role == .viewer)
        #expect(access.rules.grant("wrong") == nil)
    }

    @Test func `the service's credential is taken where no file is named`() throws {
        _ = try folder.write("annscope-tokens", "viewer anna 0123456789abcdef\n", mode: 0o400)
        let environment = ["CREDENTIALS_DIRECTORY": folder.path]
        #expect(
            try ConfigurationLoader(file: nil, environment: environment).load().configuration.access.tokens.count == 1)
        #expect(
            try ConfigurationLoader(file: nil, environment: ["CREDENTIALS_DIRECTORY": "/none"]).load().configuration
                .access.tokens.isEmpty)
    }

    @Test func `a certificate needs its key, and both must be there`() throws {
        #expect(
            try faults("tls.certificate = \"a.toml\"").first?.hasSuffix(
                "tls.certificate is set and tls.key is not; TLS takes both") == true)
        #expect(
            try faults("tls = {certificate = \"a.toml\", key = \"none.pem\"}").first?.contains(
                "none.pem: it can't be read") == true)
    }
}
