/// Number formats by the codes that usearch stores (`scalar_kind_t` in usearch/index_plugins.hpp, usearch 2.10 to 2.26).
enum UsearchScalarKind: UInt8, CaseIterable {
    case b1 = 1
    case u40 = 2
    case uuid = 3
    case bf16 = 4
    case e5m2 = 5
    case e4m3 = 6
    case e2m3 = 7
    case e3m2 = 8
    case f64 = 10
    case f32 = 11
    case f16 = 12
    case u64 = 14
    case u32 = 15
    case u16 = 16
    case u8 = 17
    case i64 = 20
    case i32 = 21
    case i16 = 22
    case i8 = 23

    /// Up to 2.9 the codes were just counted. Files of usearch 2.9.2 have 15 for i8, where the list by which later versions
    /// translate them (`convert_pre_2_10_scalar_kind`) has 14; the files are right.
    private static let before210: [UsearchScalarKind] = [
        .b1, .u40, .uuid, .f64, .f32, .f16, .e5m2, .u64, .u32, .u16, .u8, .i64, .i32, .i16, .i8,
    ]

    /// - Returns: nil for a code that no version has.
    init?(code: UInt8, version: UsearchVersion) {
        if version < UsearchVersion(major: 2, minor: 10, patch: 0) {
            guard code >= 1, Int(code) <= Self.before210.count else { return nil }
            self = Self.before210[Int(code) - 1]
        } else {
            self.init(rawValue: code)
        }
    }

    /// For people, as usearch spells them.
    var name: String { self == .b1 ? "b1x8" : "\(self)" }
}

/// The version of usearch that wrote a file.
struct UsearchVersion: Comparable, CustomStringConvertible {
    let major: UInt16
    let minor: UInt16
    let patch: UInt16

    var description: String { "\(major).\(minor).\(patch)" }

    static func < (left: UsearchVersion, right: UsearchVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
