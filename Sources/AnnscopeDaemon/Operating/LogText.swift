/// Makes texts from outside fit for a line of a log or a message.
enum LogText {
    /// The text on one line: control characters are written out, and what is beyond the limit is cut.
    ///
    /// - Parameter max: bytes of UTF-8.
    static func plain(_ text: String, max: Int) -> String {
        var plain = ""
        var room = max
        for scalar in text.unicodeScalars {
            let shown = shown(scalar)
            room -= shown.utf8.count
            guard room >= 0 else { return plain + "…" }
            plain += shown
        }
        return plain
    }

    /// The text as a value of `key=value`: in quotes where it would else not be one word.
    static func value(_ text: String, max: Int) -> String {
        let plain = plain(text, max: max)
        let isWord = !plain.isEmpty && !plain.unicodeScalars.contains { " \"='\\".unicodeScalars.contains($0) }
        return isWord ? plain : plain.inQuotes("\"")
    }

    /// The text as a string of JSON (RFC 8259 §7).
    static func json(_ text: String, max: Int) -> String {
        var literal = "\""
        var room = max
        for scalar in text.unicodeScalars {
            let shown: String =
                switch scalar {
                case "\"", "\\": "\\\(scalar)"
                case "\n": "\\n"
                case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                    "\\u" + hexadecimal(scalar, digits: 4)
                default: String(scalar)
                }
            room -= shown.utf8.count
            guard room >= 0 else { return literal + "…\"" }
            literal += shown
        }
        return literal + "\""
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        // Also what turns the direction of writing, and ends lines elsewhere.
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200E}", "\u{200F}", "\u{2028}"..."\u{202E}",
            "\u{2066}"..."\u{2069}":
            "\\u{" + hexadecimal(scalar, digits: 1) + "}"
        default: String(scalar)
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
        let code = String(scalar.value, radix: 16)
        return String(repeating: "0", count: max(0, digits - code.count)) + code
    }
}
