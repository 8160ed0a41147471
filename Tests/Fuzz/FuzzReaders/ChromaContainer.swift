/// The four files of a Chroma directory in one input: four `UInt32` lengths, little-endian, then the contents in the
/// same order. A length past the end takes what is left, so that every mutation still gives four files.
struct ChromaContainer {
    let header: [UInt8]
    let level0: [UInt8]
    let lengths: [UInt8]
    let links: [UInt8]

    init(_ input: [UInt8]) {
        let table = input.prefix(16)
        var rest = input.dropFirst(16)
        func part(_ place: Int, of rest: inout ArraySlice<UInt8>) -> [UInt8] {
            let length = table.dropFirst(4 * place).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            defer { rest = rest.dropFirst(length) }
            return Array(rest.prefix(length))
        }
        header = part(0, of: &rest)
        level0 = part(1, of: &rest)
        lengths = part(2, of: &rest)
        links = part(3, of: &rest)
    }
}
