/// The vectors that usearch puts in front of an index unless it is told to leave them out: rows, bytes of a row, then the
/// rows (`index_dense_gt::save_to_stream` in usearch/index_dense.hpp, usearch 2.4 to 2.26).
struct UsearchMatrix {
    /// Byte offset of the first row.
    let start: Int
    let rows: Int
    let rowBytes: Int

    /// Byte offset of what follows the rows.
    var end: Int { start + rows * rowBytes }
    /// Bytes of either of the two sizes: 4, or 8 with `use_64_bit_dimensions`.
    var sizeBytes: Int { start / 2 }

    /// The matrix at the beginning of a file; nil unless the head of an index follows it.
    init?(before bytes: FileBytes) throws(IndexFileError) {
        if let matrix = try UsearchMatrix(bytes, of: UInt32.self) {
            self = matrix
        } else if let matrix = try UsearchMatrix(bytes, of: UInt64.self) {
            self = matrix
        } else {
            return nil
        }
    }

    private init?<Size: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ bytes: FileBytes, of size: Size.Type
    ) throws(IndexFileError) {
        var reader = ByteReader(bytes)
        guard reader.remaining >= 2 * MemoryLayout<Size>.size else { return nil }
        let rows = UInt64(try reader.read(Size.self, "matrix_rows"))
        let rowBytes = UInt64(try reader.read(Size.self, "matrix_cols"))
        let (length, overflow) = rows.multipliedReportingOverflow(by: rowBytes)
        // Rows without bytes are no vectors, and a number of them would prove nothing.
        guard !overflow, length <= UInt64(reader.remaining), rows == 0 || rowBytes > 0, rowBytes <= Int.max else {
            return nil
        }
        start = reader.offset
        self.rows = Int(rows)
        self.rowBytes = Int(rowBytes)
        guard try UsearchHeader.isMagic(bytes, at: end) else { return nil }
    }
}
