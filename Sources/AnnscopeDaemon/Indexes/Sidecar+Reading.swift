import Foundation
import IndexFiles

extension Sidecar {
    /// The sidecar that stands beside an index file, if there is one.
    ///
    /// - Throws: `SidecarError` when it is there and can't be read.
    static func beside(_ path: String) throws(SidecarError) -> Sidecar {
        guard FileManager.default.fileExists(atPath: path + suffix) else { return Sidecar() }
        guard let bytes = FileManager.default.contents(atPath: path + suffix) else {
            throw SidecarError(message: "\(path + suffix) could not be read")
        }
        do {
            return try Sidecar(json: [UInt8](bytes))
        } catch {
            throw SidecarError(message: "\(path + suffix): \(error)")
        }
    }

    /// What the sidecar of an index knows and its file does not say, under what the caller says himself.
    static func hints(beside path: String, over hints: IndexFileHints) throws(SidecarError) -> IndexFileHints {
        let sidecar = try Sidecar.beside(path)
        return IndexFileHints(
            metric: hints.metric ?? sidecar.metric, dimension: hints.dimension ?? sidecar.dimension)
    }

    /// The table of items that the sidecar of an index file names; empty when it names none.
    func itemTable(besideIndex path: String) throws(SidecarError) -> ItemTable {
        guard let items else { return .empty }
        let name = URL(filePath: path).deletingLastPathComponent().appending(path: items).path
        guard let bytes = FileManager.default.contents(atPath: name) else {
            throw SidecarError(message: "the items file \(name) could not be read")
        }
        return ItemTable(csv: String(decoding: bytes, as: UTF8.self))
    }
}
