import Testing

@testable import AnnscopeDaemon

@Suite("Conditions")
struct PredicateParserTests {
    private func parse(_ text: String) throws(FilterError) -> Predicate {
        try PredicateParser.parse(
            text, columns: ["category", "title", "year", "in", "no `ticks`", "Größe"], maxBytes: 4096)
    }

    @Test(
        "what is understood has one spelling, which is understood the same",
        arguments: [
            ("category = \"dog\"", "category = \"dog\""), ("  category='dog'  ", "category = \"dog\""),
            ("year>=2000 AND Year2 = 1 ", nil), ("year>=2000 AND year<2010", "year >= 2000 and year < 2010"),
            ("year = \"2000\"", "year = 2000"), ("year != -1.5e3", "year != -1.5e3"), ("year = +7", "year = +7"),
            ("title = 'it\\'s \"so\" \\\\'", #"title = "it's \"so\" \\""#),
            // A quote and the mark that follows it are one character.
            ("title = '\"\u{64E}\\\\\u{301}'", "title = \"\\\"\u{64E}\\\\\u{301}\""),
            ("`no \\`\u{301}` = 1", nil),
            ("category IN ('a',\"b\" , 3)", "category in (\"a\", \"b\", 3)"),
            ("category not in ('a')", "category not in (\"a\")"), ("title contains 'x'", "title contains \"x\""),
            ("title Not Contains 'x'", "title not contains \"x\""), ("year is missing", "year is missing"),
            ("year is not missing", "year is present"), ("year IS Present", "year is present"),
            ("`in` = 1 and `no \\`ticks\\`` = 2", "`in` = 1 and `no \\`ticks\\`` = 2"), ("`year` = 1", "year = 1"),
            ("Größe > 3", "Größe > 3"), ("label = 18446744073709551615", "label = 18446744073709551615"),
            ("year=1 or year=2 and year=3", "year = 1 or year = 2 and year = 3"),
            ("(year=1 or year=2) and year=3", "(year = 1 or year = 2) and year = 3"),
            ("((year=1)) or (year=2 or (year=3))", "year = 1 or year = 2 or year = 3"),
            ("not year = 1", "year != 1"), ("not not year < 1", "year < 1"),
            ("not (year = 1 and title contains 'x')", "year != 1 or title not contains \"x\""),
            ("not (year < 1 or year in (2))", "year >= 1 and year not in (2)"),
            (
                "not (year > 1 or not (year <= 0 or category is missing))",
                "year <= 1 and (year <= 0 or category is missing)"
            ),
        ])
    func understood(text: String, spelling: String?) throws {
        guard let spelling else {
            #expect(throws: FilterError.self) { try parse(text) }
            return
        }
        let predicate = try parse(text)
        #expect(predicate.spelling == spelling)
        #expect(try parse(spelling) == predicate)
    }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            ("", 1, "found the end, expected a column"),
            ("categroy = 1", 1, "no column \"categroy\"; there are category"),
            ("year > 1 and  categroy = 1", 15, "there is no column \"categroy\""),
            ("Year = 1", 1, "no column \"Year\""),
            ("year", 5, "found the end, expected =, !="), ("year = ", 8, "found the end, expected a number"),
            ("year = dog", 8, "found dog, expected a number, or a text in quotes"),
            ("year == 1", 7, "found =, expected"),
            ("year ! 1", 6, "\"!\" has no meaning"), ("1 = year", 1, "found 1, expected a column"),
            ("year = 1 year = 2", 10, "found year, expected \"and\", \"or\" or the end"),
            ("(year = 1", 10, "expected \"and\", \"or\" or \")\""), ("year = 1)", 9, "found ), expected"),
            ("year in 1", 9, "found 1, expected \"(\""), ("year in ()", 10, "found ), expected a number"),
            ("year in (1,", 12, "found the end"), ("year in (1 2)", 12, "found 2, expected \",\" or \")\""),
            ("year not 1", 10, "expected \"in\" or \"contains\""), ("year is 1", 9, "expected missing or present"),
            ("title = 'abc", 9, "the quote ' that begins here is not closed"), ("`year = 1", 1, "the quote `"),
            ("title = 'abc\\'", 9, "not closed"), ("year = 1-2", 8, "\"1-2\" is no number"),
            ("year = 1e999", 8, "is no number"), ("and = 1", 1, "found and, expected a column"),
            ("year = 1 and", 13, "found the end"), ("not", 4, "found the end"), ("year % 2", 6, "\"%\" has no meaning"),
            ("🐶 = 1", 1, "\"🐶\" has no meaning"), ("title = '🐶🐶' x", 14, "found x"),
            ("year = 0x10", 9, "found x10, expected"), ("year = nan", 8, "found nan"),
        ])
    func wrong(text: String, position: Int, words: String) {
        let error = #expect(throws: FilterError.self) { try parse(text) }
        #expect(error?.position == position)
        #expect(error?.description.contains("at character \(position): ") == true)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test("lengths, depths and numbers of comparisons have limits")
    func limits() throws {
        let deep = { String(repeating: "(", count: $0) + "year = 1" + String(repeating: ")", count: $0) }
        #expect(try parse(deep(64)).spelling == "year = 1")
        #expect(throws: FilterError(at: 65, "parentheses stand deeper than 64 in each other")) { try parse(deep(65)) }
        #expect(try parse(String(repeating: "not ", count: 1000) + "year = 1").spelling == "year = 1")
        let many = { Array(repeating: "year = 1", count: $0).joined(separator: " or ") }
        #expect(throws: Never.self) { try parse(many(100)) }
        #expect(throws: FilterError(at: 1201, "a condition has at most 100 comparisons")) { try parse(many(101)) }
        let error = #expect(throws: FilterError.self) { try parse("year = 1" + String(repeating: " ", count: 4089)) }
        #expect(error?.message == "the condition has 4097 bytes; 4096 is the limit")
    }

    @Test("an index without items says that there is only the label")
    func noColumns() {
        let error = #expect(throws: FilterError.self) {
            try PredicateParser.parse("year = 1", columns: [], maxBytes: 4096)
        }
        #expect(error?.message == "there is no column \"year\"; nothing is known of the items but their label")
    }

    @Test("made-up texts end in a condition or in an error within the text")
    func madeUp() throws {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "year", "category", "label", "`in`", "(", ")", ",", "=", "!=", "<", ">=", "\"", "'", "`", "\\", "1", "-",
            "2.5",
            "and", "or", "not", "in", "contains", "is", "missing", "present", " ", " ", "\u{0}", "é", "\u{301}", "🐶",
        ]
        var understood = 0
        for _ in 0..<20_000 {
            // Pieces alone hardly ever make sense; behind a condition they do by the hundred.
            let text =
                (Bool.random() ? "year = 1 " : "")
                + (0..<Int.random(in: 1...12, using: &random)).map { _ in pieces.randomElement() ?? "" }
                .joined(separator: Bool.random() ? " " : "")
            do throws(FilterError) {
                let spelling = try parse(text).spelling
                #expect(try parse(spelling).spelling == spelling)
                understood += 1
            } catch {
                let position = try #require(error.position)
                #expect((1...text.unicodeScalars.count + 1).contains(position), "\(text): \(error)")
            }
        }
        #expect(understood > 0)
    }
}
