extension String {
    /// What follows this prefix; nil without it.
    ///
    /// By bytes, not by characters: a slash that a combining mark follows is one character with it, and still a slash.
    package func rest(after prefix: String) -> String? {
        utf8.starts(with: prefix.utf8) ? String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : nil
    }
}
