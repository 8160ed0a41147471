/// One option: the only place that says how it is called, what it takes, what it means and where it goes.
struct ConfigurationOption: Sendable {
    enum Kind: Sendable {
        /// A file or folder. A relative one starts at the folder of the configuration file it stands in, else at the
        /// working folder.
        case path
        case choice([String])
        /// - separators: what divides the parts in an environment variable.
        case list(valueName: String, separators: String)
        case paths
        case number(ClosedRange<Int>)
        case size(ClosedRange<Int>)
        /// - bare: the unit of a number without one, in milliseconds; nil where there must be one.
        case duration(ClosedRange<Duration>, bare: Int?)
        case boolean
    }

    /// The key in the file, with its table: `search.workers`.
    let key: String
    let kind: Kind
    /// The flag without its dashes. That of an option which is on by default turns it off.
    let flag: String
    let help: String
    /// A running daemon takes a new value on SIGHUP.
    let reloads: Bool
    /// What `"auto"` stands for; nil where that is no value.
    let automatic: String?
    let read: @Sendable (DaemonConfiguration) -> ConfigurationValue
    let write: @Sendable (ConfigurationValue, inout DaemonConfiguration) throws(ConfigurationComplaint) -> Void

    /// The environment variable: `ANNSCOPE_SEARCH_WORKERS`.
    var variable: String { "ANNSCOPE_" + String(key.map { $0 == "." ? "_" : $0 }).uppercased() }

    var defaultValue: ConfigurationValue { read(DaemonConfiguration()) }

    /// - Parameter flag: nil makes it from the key.
    init(
        _ key: String, _ kind: Kind, flag: String?, reloads: Bool, automatic: String? = nil, _ help: String,
        read: @escaping @Sendable (DaemonConfiguration) -> ConfigurationValue,
        write:
            @escaping @Sendable (ConfigurationValue, inout DaemonConfiguration) throws(ConfigurationComplaint) -> Void
    ) {
        self.key = key
        self.kind = kind
        self.flag = flag ?? String(key.map { $0 == "." || $0 == "_" ? "-" : $0 })
        self.help = help
        self.reloads = reloads
        self.automatic = automatic
        self.read = read
        self.write = write
    }

    static func named(_ key: String) -> ConfigurationOption? { all.first { $0.key == key } }
}

// MARK: One for each kind of place

extension ConfigurationOption {
    typealias Place<Value> = any WritableKeyPath<DaemonConfiguration, Value> & Sendable

    static func number(
        _ key: String, _ place: Place<Int>, _ range: ClosedRange<Int>, flag: String? = nil, reloads: Bool = false,
        _ help: String
    ) -> Self {
        number(key, .number(range), place, flag, reloads, help)
    }

    static func size(
        _ key: String, _ place: Place<Int>, _ range: ClosedRange<Int>, flag: String? = nil, reloads: Bool = false,
        _ help: String
    ) -> Self {
        number(key, .size(range), place, flag, reloads, help)
    }

    private static func number(
        _ key: String, _ kind: Kind, _ place: Place<Int>, _ flag: String?, _ reloads: Bool, _ help: String
    ) -> Self {
        Self(
            key, kind, flag: flag, reloads: reloads, help, read: { .number($0[keyPath: place]) },
            write: { value, configuration in
                if case .number(let number) = value { configuration[keyPath: place] = number }
            })
    }

    /// A number that may be left to the daemon.
    static func number(
        _ key: String, _ place: Place<Int?>, _ kind: Kind, automatic: String, _ help: String
    ) -> Self {
        Self(
            key, kind, flag: nil, reloads: false, automatic: automatic, help,
            read: { $0[keyPath: place].map { .number($0) } ?? .automatic },
            write: { value, configuration in
                if case .number(let number) = value {
                    configuration[keyPath: place] = number
                } else {
                    configuration[keyPath: place] = nil
                }
            })
    }

    static func duration(
        _ key: String, _ place: Place<Duration>, _ range: ClosedRange<Duration>, flag: String? = nil,
        reloads: Bool = false, _ help: String
    ) -> Self {
        Self(
            key, .duration(range, bare: nil), flag: flag, reloads: reloads, help,
            read: { .duration($0[keyPath: place]) },
            write: { value, configuration in
                if case .duration(let duration) = value { configuration[keyPath: place] = duration }
            })
    }

    static func milliseconds(
        _ key: String, _ place: Place<Int>, _ range: ClosedRange<Duration>, reloads: Bool = false, _ help: String
    ) -> Self {
        Self(
            key, .duration(range, bare: 1), flag: nil, reloads: reloads, help,
            read: { .duration(.milliseconds($0[keyPath: place])) },
            write: { value, configuration in
                if case .duration(let duration) = value { configuration[keyPath: place] = duration.milliseconds }
            })
    }

    static func boolean(
        _ key: String, _ place: Place<Bool>, flag: String? = nil, reloads: Bool = false, _ help: String
    ) -> Self {
        Self(
            key, .boolean, flag: flag, reloads: reloads, help, read: { .boolean($0[keyPath: place]) },
            write: { value, configuration in
                if case .boolean(let isOn) = value { configuration[keyPath: place] = isOn }
            })
    }

    /// A file or folder that may be left to the daemon.
    static func path(
        _ key: String, _ place: Place<String?>, flag: String? = nil, reloads: Bool = false, automatic: String,
        _ help: String
    ) -> Self {
        Self(
            key, .path, flag: flag, reloads: reloads, automatic: automatic, help,
            read: { $0[keyPath: place].map { .text($0) } ?? .automatic },
            write: { value, configuration in
                if case .text(let path) = value {
                    configuration[keyPath: place] = path
                } else {
                    configuration[keyPath: place] = nil
                }
            })
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String, _ place: Place<Choice>, reloads: Bool = false, _ help: String
    ) -> Self {
        Self(
            key, .choice(Choice.allCases.map(\.rawValue)), flag: nil, reloads: reloads, help,
            read: { .text($0[keyPath: place].rawValue) },
            write: { value, configuration in
                if case .text(let name) = value, let choice = Choice(rawValue: name) {
                    configuration[keyPath: place] = choice
                }
            })
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String, _ place: Place<Choice?>, reloads: Bool = false, automatic: String, _ help: String
    ) -> Self {
        Self(
            key, .choice(Choice.allCases.map(\.rawValue)), flag: nil, reloads: reloads, automatic: automatic, help,
            read: { $0[keyPath: place].map { .text($0.rawValue) } ?? .automatic },
            write: { value, configuration in
                if case .text(let name) = value {
                    configuration[keyPath: place] = Choice(rawValue: name)
                } else {
                    configuration[keyPath: place] = nil
                }
            })
    }

    /// - Parameters:
    ///   - parse: makes a part of the list of its text, or says what is wrong with it.
    ///   - text: the opposite.
    static func list<Part: Sendable>(
        _ key: String, _ place: Place<[Part]>, _ kind: Kind, flag: String? = nil, reloads: Bool = false, _ help: String,
        parse: @escaping @Sendable (String) throws(ConfigurationComplaint) -> Part,
        text: @escaping @Sendable (Part) -> String
    ) -> Self {
        Self(
            key, kind, flag: flag, reloads: reloads, help, read: { .list($0[keyPath: place].map(text)) },
            write: { (value, configuration) throws(ConfigurationComplaint) in
                guard case .list(let texts) = value else { return }
                var parts: [Part] = []
                for text in texts { parts.append(try parse(text)) }
                configuration[keyPath: place] = parts
            })
    }
}
