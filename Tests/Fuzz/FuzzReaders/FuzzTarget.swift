import IndexFiles

/// What libFuzzer calls with one input after the other. The family comes from the environment, because libFuzzer takes
/// every argument for an option or a corpus.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let family = FormatFamily.chosen
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    for hints in family.hints {
        do {
            IndexUse.exercise(try family.parse(input, hints: hints))
        } catch {
            IndexUse.read(error)
        }
    }
    return 0
}
