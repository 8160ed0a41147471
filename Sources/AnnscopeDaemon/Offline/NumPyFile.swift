internal import Foundation

/// Reads arrays of floats from NumPy's `.npy` format (NEP 1), versions 1 to 3, in C order.
public enum NumPyFile {
    /// Why a file is none that is taken.
    public struct Fault: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// The rows of a two-dimensional array, or the one row of a one-dimensional.
    public static func rows(of path: String) throws(Fault) -> [[Float]] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Fault(description: "it can't be read")
        }
        return try rows(in: [UInt8](data))
    }

    /// Likewise, of a file's bytes.
    static func rows(in bytes: [UInt8]) throws(Fault) -> [[Float]] {
        guard bytes.count > 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw Fault(description: "it is no .npy file")
        }
        let isWide = bytes[6] > 1
        let length =
            isWide ? (8..<12).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) } : Int(bytes[8]) | Int(bytes[9]) << 8
        let start = (isWide ? 12 : 10) + length
        guard start <= bytes.count else { throw Fault(description: "it ends within its header") }
        let header = String(decoding: bytes[(isWide ? 12 : 10)..<start], as: UTF8.self)
        guard header.contains("'fortran_order': False") else {
            throw Fault(description: "it is in Fortran order; save numpy.ascontiguousarray(…)")
        }
        let width: Int
        if header.contains("'<f4'") {
            width = 4
        } else if header.contains("'<f8'") {
            width = 8
        } else {
            throw Fault(description: "its numbers must be float32 or float64")
        }
        guard let shape = header.firstMatch(of: /'shape': *\(([0-9, ]*)\)/)?.1 else {
            throw Fault(description: "its header has no shape")
        }
        let sizes = shape.split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        guard (1...2).contains(sizes.count), let columns = sizes.last, columns > 0 else {
            throw Fault(description: "its shape is (\(shape)); one or two dimensions are taken")
        }
        let count = sizes.count == 2 ? sizes[0] : 1
        let (values, tooMany) = count.multipliedReportingOverflow(by: columns)
        guard !tooMany, values <= (bytes.count - start) / width else {
            throw Fault(description: "it ends before the last of its numbers")
        }
        return bytes.withUnsafeBytes { source in
            (0..<count).map { row in
                (0..<columns).map { column in
                    let offset = start + (row * columns + column) * width
                    return width == 4
                        ? source.loadUnaligned(fromByteOffset: offset, as: Float.self)
                        : Float(source.loadUnaligned(fromByteOffset: offset, as: Double.self))
                }
            }
        }
    }
}
