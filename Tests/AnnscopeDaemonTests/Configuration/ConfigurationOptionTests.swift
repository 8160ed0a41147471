import TOMLText
import Testing

@testable import AnnscopeDaemon

@Suite("Options")
struct ConfigurationOptionTests {
    @Test func `keys, flags and variables are each there once`() {
        let options = ConfigurationOption.all
        #expect(options.count > 30)
        for names in [options.map(\.key), options.map(\.flag), options.map(\.variable)] {
            #expect(Set(names).count == names.count)
        }
        #expect(options.allSatisfy { !$0.help.isEmpty && $0.help.hasSuffix(".") })
        for option in options {
            if let table = option.tableAndName.table {
                #expect(ConfigurationOption.tables[table] != nil, "\(option.key)")
            }
        }
    }

    @Test func `the default file parses to the defaults, as it is and with its options in force`() throws {
        let text = ConfigurationText.defaults.joined(separator: "\n")
        #expect(try TOMLDocument(parsing: text.utf8).entries.isEmpty)
        let inForce = ConfigurationText.defaults.map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") ? String(line.dropFirst()) : line
        }
        let folder = try TemporaryFolder()
        let file = try folder.write("all.toml", inForce.joined(separator: "\n"))
        let loaded = try ConfigurationLoader(file: file, environment: [:]).load()
        for option in ConfigurationOption.all {
            #expect(option.read(loaded.configuration) == option.defaultValue, "\(option.key)")
            #expect(loaded.origins[option.key] != nil, "\(option.key) is not in the file")
        }
    }

    @Test func `each option can be set to something else in all three ways`() throws {
        let folder = try TemporaryFolder()
        let certificate = try folder.write("pem", "")
        let tokens = try folder.write("tokens", "viewer anna 0123456789abcdef\n", mode: 0o600)
        for option in ConfigurationOption.all {
            let text: String
            switch option.kind {
            case .path: text = option.key == "access.tokens" ? tokens : certificate
            case .choice(let names): text = names.first { .text($0) != option.defaultValue } ?? ""
            case .list:
                text =
                    ["listen": "127.0.0.1:1", "access.hosts": "a.example", "access.origins": "https://a.example"][
                        option.key, default: ""]
            case .paths: text = "/srv"
            case .number(let range):
                text = option.defaultValue == .number(range.lowerBound) ? "\(range.upperBound)" : "\(range.lowerBound)"
            case .size(let range): text = "\(range.lowerBound)"
            case .duration: text = "7s"
            case .boolean: text = option.defaultValue == .boolean(true) ? "false" : "true"
            }
            // TLS takes both of its files.
            let partner = ["tls.certificate": "tls.key", "tls.key": "tls.certificate"][option.key]
            let environment =
                partner.flatMap { ConfigurationOption.named($0) }.map { [$0.variable: certificate] } ?? [:]
            let literal = try option.value(ofVariable: text).literal(of: option)
            let file = try folder.write("one.toml", "\(option.key) = \(literal)\n")
            let ways = [
                ConfigurationLoader(file: file, environment: environment),
                ConfigurationLoader(
                    file: nil, environment: environment.merging([option.variable: text]) { $1 }),
                option.key == "paths"
                    ? ConfigurationLoader(file: nil, paths: [text], environment: [:])
                    : ConfigurationLoader(file: nil, flags: [option.flag: [text]], environment: environment),
            ]
            for way in ways {
                let value = option.read(try way.load().configuration)
                #expect(value != option.defaultValue, "\(option.key)")
                #expect(value == (try option.value(ofVariable: text)), "\(option.key)")
            }
        }
    }

    @Test func `what is shown parses to what holds`() throws {
        let loaded = try ConfigurationLoader(
            file: nil, flags: ["search-queue": ["7"], "no-state": ["false"]], paths: ["/srv/a \"b\\c\u{7}"],
            environment: ["ANNSCOPE_MEMORY_LIMIT": "3G"]
        ).load()
        let folder = try TemporaryFolder()
        let file = try folder.write("shown.toml", loaded.lines.joined(separator: "\n"))
        let again = try ConfigurationLoader(file: file, environment: [:]).load()
        for option in ConfigurationOption.all {
            #expect(option.read(again.configuration) == option.read(loaded.configuration), "\(option.key)")
        }
        #expect(loaded.lines.contains { $0.hasPrefix("search.queue = 7 ") && $0.hasSuffix("# flag --search-queue") })
        #expect(
            loaded.lines.contains {
                $0.hasPrefix("memory.limit = \"3G\"") && $0.hasSuffix("# env ANNSCOPE_MEMORY_LIMIT")
            })
        #expect(again.lines.contains { $0.hasPrefix("search.queue = 7 ") && $0.contains("shown.toml:13") })
    }

    @Test(arguments: [("4096", 4096), ("1k", 1024), ("500M", 500 << 20), ("8G", 8 << 30), ("0", 0)])
    func `sizes have units of 1024`(_ text: String, _ bytes: Int) {
        #expect(ByteText.bytes(text) == bytes)
        #expect(ByteText.bytes(ByteText.text(bytes)) == bytes)
    }

    @Test(arguments: ["", "G", "-1", "1.5G", "9999999999G", "8GB", "٣"])
    func `what is no size is none`(_ text: String) { #expect(ByteText.bytes(text) == nil) }

    @Test(arguments: [("250ms", 250), ("10s", 10_000), ("5m", 300_000), ("1h", 3_600_000), ("0s", 0)])
    func `times have units`(_ text: String, _ milliseconds: Int) {
        #expect(DurationText.duration(text) == .milliseconds(milliseconds))
        #expect(DurationText.duration(DurationText.text(.milliseconds(milliseconds))) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "10", "s", "-1s", "1.5s", "99999999999999999h", "1 s"])
    func `what is no time is none`(_ text: String) { #expect(DurationText.duration(text) == nil) }

    @Test func `a name that is nearly right is suggested`() {
        #expect(Suggestion.edits(from: "wokrers", to: "workers") == 1)
        #expect(Suggestion.edits(from: "", to: "abc") == 3)
        #expect(Suggestion.nearest(to: "serach.queue", among: ["search.queue", "search.kept"]) == "search.queue")
        #expect(Suggestion.nearest(to: "zzz", among: ["search.queue"]) == nil)
    }
}
