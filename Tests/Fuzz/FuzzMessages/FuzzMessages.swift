/// What libFuzzer calls with one input after the other. The family comes from the environment, because libFuzzer takes
/// every argument for an option or a corpus.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    InputFamily.chosen.exercise(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}
