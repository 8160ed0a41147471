internal import Foundation

/// Base64 with padding (RFC 4648, section 4).
enum Base64 {
    static func append(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        text.append(contentsOf: Data(bytes).base64EncodedData())
    }

    static func decoded(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { [UInt8]($0) } }
}
