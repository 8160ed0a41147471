extension String {
    /// The text between two of these quotes, with a backslash before each quote and each backslash in it.
    ///
    /// By scalars, not by characters: a quote that a combining mark follows is one character with it, yet ends the text
    /// for whoever reads it.
    func inQuotes(_ quote: Unicode.Scalar) -> String {
        var quoted = String.UnicodeScalarView([quote])
        for scalar in unicodeScalars {
            if scalar == quote || scalar == "\\" { quoted.append("\\") }
            quoted.append(scalar)
        }
        quoted.append(quote)
        return String(quoted)
    }
}
