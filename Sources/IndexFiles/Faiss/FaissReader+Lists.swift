/// The inverted lists of an index, and the file that they lie in.
struct StoredLists {
    let places: ListPlaces
    let bytes: FileBytes
    /// False when the lists were left out of the file.
    let areStored: Bool
}

extension FaissReader {
    /// Reads a lists object: `ilar` (in the file), `ilod` (in a file beside it), or `il00` (none).
    mutating func readLists(_ ivf: IVFHeader, codeBytes: Int) throws(IndexFileError) -> StoredLists {
        let place = reader.offset
        let name = try reader.readFourCC("\(prefix)inverted lists")
        note("inverted lists", name)
        switch name {
        case "il00":
            parsing.warnings.add(
                "\(prefix)inverted lists", offset: place,
                "the lists are not stored in the file, so there are no vectors")
            return emptyLists(ivf, codeBytes: codeBytes)
        case "ilar":
            try readListShape(ivf, codeBytes: codeBytes)
            return try readArrayLists(ivf, codeBytes: codeBytes)
        case "ilod":
            try readListShape(ivf, codeBytes: codeBytes)
            return try readOnDiskLists(ivf, codeBytes: codeBytes)
        default: throw wrongLists(name, at: place, "'ilar', 'ilod' and 'il00'")
        }
    }

    /// Reads lists of codes in blocks (`ilbl`).
    mutating func readBlockLists(
        _ ivf: IVFHeader, _ quantizer: ProductQuantizer, bbs: Int
    ) throws(IndexFileError) -> StoredLists {
        let place = reader.offset
        let name = try reader.readFourCC("\(prefix)inverted lists")
        note("inverted lists", name)
        if name == "il00" {
            parsing.warnings.add(
                "\(prefix)inverted lists", offset: place,
                "the lists are not stored in the file, so there are no vectors")
            return emptyLists(ivf, codeBytes: quantizer.codeBytes)
        }
        guard name == "ilbl" else { throw wrongLists(name, at: place, "'ilbl' and 'il00'") }
        try readListShape(ivf, codeBytes: nil)
        let shape = reader.offset
        let perBlock = try reader.read(UInt64.self, "\(prefix)n_per_block")
        let blockBytes = try reader.read(UInt64.self, "\(prefix)block_size")
        guard perBlock == UInt64(bbs),
            blockBytes == UInt64(FastScanBlocks.byteCount(vectors: bbs, bbs: bbs, M: quantizer.M))
        else {
            throw reader.invalid(
                "\(prefix)block_size", at: shape,
                "blocks of \(perBlock) vectors have \(blockBytes) bytes, and bbs \(bbs) with \(quantizer.M) parts needs "
                    + "\(FastScanBlocks.byteCount(vectors: bbs, bbs: bbs, M: quantizer.M))")
        }
        var table = ListTable(codeBytes: quantizer.codeBytes, capacity: ivf.nlist)
        for list in 0..<ivf.nlist {
            let (ids, count) = try reader.vector(elementsOf: 8, "\(prefix)ids of list \(list)")
            let codesPlace = reader.offset
            let (codes, bytes) = try reader.vector(elementsOf: 1, "\(prefix)codes of list \(list)")
            guard bytes >= FastScanBlocks.byteCount(vectors: count, bbs: bbs, M: quantizer.M) else {
                throw reader.invalid(
                    "\(prefix)codes of list \(list)", at: codesPlace,
                    "there are \(bytes) bytes, and \(count) vectors need more")
            }
            table.add(count, codes: reader.bytes.base + codes, ids: reader.bytes.base + ids)
        }
        return try finish(table, in: reader.bytes, at: place)
    }

    /// The layout of Faiss before 1.6: the ids were read with the header, here are the codes of each list.
    mutating func readLegacyLists(
        _ ivf: IVFHeader, codeBytes: Int, countsFloats: Bool = false
    ) throws(IndexFileError) -> StoredLists {
        let start = reader.offset
        var table = ListTable(codeBytes: codeBytes, capacity: ivf.nlist)
        for (list, ids) in (ivf.legacyIDs ?? []).enumerated() {
            let place = reader.offset
            let unit = countsFloats ? 4 : 1
            let (codes, count) = try reader.vector(elementsOf: unit, "\(prefix)codes of list \(list)")
            guard count / (codeBytes / unit) == ids.count, count % (codeBytes / unit) == 0 else {
                throw reader.invalid(
                    "\(prefix)codes of list \(list)", at: place,
                    "there are \(count * unit) bytes, and \(ids.count) ids with codes of \(codeBytes) bytes")
            }
            table.add(ids.count, codes: reader.bytes.base + codes, ids: reader.bytes.base + ids.offset)
        }
        return try finish(table, in: reader.bytes, at: start)
    }

    private func wrongLists(_ name: FourCC, at place: Int, _ readable: String) -> IndexFileError {
        let known = name.listsName.map { "'\(name)' (\($0))" }
        return IndexFileError(
            code: known == nil ? .invalidField : .unsupported, path: reader.path, offset: place,
            field: "\(prefix)inverted lists",
            message: "they are \(known ?? "'\(name)', an unknown kind"); \(readable) are read here")
    }

    private mutating func readListShape(_ ivf: IVFHeader, codeBytes: Int?) throws(IndexFileError) {
        let place = reader.offset
        let lists = try reader.read(UInt64.self, "\(prefix)inverted lists nlist")
        guard lists == UInt64(ivf.nlist) else {
            throw reader.invalid(
                "\(prefix)inverted lists nlist", at: place, "it is \(lists), and the index has nlist \(ivf.nlist)")
        }
        let codeSize = try reader.read(UInt64.self, "\(prefix)code_size")
        guard let codeBytes, codeSize != UInt64(codeBytes) else { return }
        throw reader.invalid(
            "\(prefix)code_size", at: place + 8, "it is \(codeSize), and the index's codes have \(codeBytes) bytes")
    }

    private func emptyLists(_ ivf: IVFHeader, codeBytes: Int) -> StoredLists {
        let places = ListPlaces(
            starts: Array(repeating: 0, count: ivf.nlist + 1),
            codes: Array(repeating: reader.bytes.base, count: ivf.nlist),
            ids: Array(repeating: reader.bytes.base, count: ivf.nlist), codeBytes: codeBytes)
        return StoredLists(places: places, bytes: reader.bytes, areStored: false)
    }

    /// A table of sizes, full or sparse, then codes and ids of each list that is not empty.
    private mutating func readArrayLists(_ ivf: IVFHeader, codeBytes: Int) throws(IndexFileError) -> StoredLists {
        let start = reader.offset
        let sizes = try readSizes(lists: ivf.nlist)
        var table = ListTable(codeBytes: codeBytes, capacity: ivf.nlist)
        for (list, size) in sizes.enumerated() {
            // Codes and ids lie one behind the other, so one entry needs both.
            let codes = try reader.skip(size, elementsOf: codeBytes + 8, "\(prefix)list \(list)")
            let base = reader.bytes.base + codes
            table.add(Int(size), codes: base, ids: base + Int(size) * codeBytes)
        }
        return try finish(table, in: reader.bytes, at: start)
    }

    /// The size of each list. `full` has one number per list, `sprs` pairs of list and size.
    private mutating func readSizes(lists: Int) throws(IndexFileError) -> [UInt64] {
        let layoutPlace = reader.offset
        let layout = try reader.readFourCC("\(prefix)list layout")
        guard layout == "full" || layout == "sprs" else {
            throw reader.invalid("\(prefix)list layout", at: layoutPlace, "it is '\(layout)'; 'full' and 'sprs' exist")
        }
        let place = reader.offset
        let table = try reader.copiedVector(of: UInt64.self, "\(prefix)sizes")
        guard layout == "full" ? table.count == lists : table.count % 2 == 0 else {
            let allowed = layout == "full" ? "one for each of \(lists) lists is" : "pairs of list and size are"
            throw reader.invalid(
                "\(prefix)sizes", at: place, "the table has \(table.count) entries, and \(allowed) needed")
        }
        if layout == "full" { return table }
        var sizes = [UInt64](repeating: 0, count: lists)
        // The lists' data follow in the order of the lists, so the table must name each once and in order.
        var next: UInt64 = 0
        for pair in 0..<table.count / 2 {
            let list = table[2 * pair]
            guard list >= next, list < UInt64(lists) else {
                throw reader.invalid(
                    "\(prefix)sizes", at: place + 8 + pair * 16,
                    "pair \(pair) names list \(list), and \(next) to \(lists - 1) is allowed here")
            }
            sizes[Int(list)] = table[2 * pair + 1]
            next = list + 1
        }
        return sizes
    }

    /// A table of (size, capacity, byte offset), then the name of the file that holds the lists.
    private mutating func readOnDiskLists(_ ivf: IVFHeader, codeBytes: Int) throws(IndexFileError) -> StoredLists {
        let place = reader.offset
        let table = try reader.copiedVector(of: UInt64.self, parts: 3, "\(prefix)lists")
        guard table.count == 3 * ivf.nlist else {
            throw reader.invalid(
                "\(prefix)lists", at: place,
                "the table has \(table.count / 3) entries, and one for each of \(ivf.nlist) lists is needed")
        }
        _ = try reader.vector(elementsOf: 16, "\(prefix)slots")
        let (nameStart, nameCount) = try reader.vector(elementsOf: 1, "\(prefix)filename")
        guard 1...4096 ~= nameCount else {
            throw reader.invalid(
                "\(prefix)filename", at: nameStart - 8, "it has \(nameCount) bytes, and 1 to 4096 are allowed")
        }
        try reader.bytes.require(nameStart, nameCount)
        let name = String(
            decoding: UnsafeRawBufferPointer(start: reader.bytes.base + nameStart, count: nameCount), as: UTF8.self)
        let total = try reader.read(UInt64.self, "\(prefix)totsize")
        note("filename", name)
        note("totsize", total)
        let data = try parsing.files.beside(name)
        var lists = ListTable(codeBytes: codeBytes, capacity: ivf.nlist)
        for list in 0..<ivf.nlist {
            let (size, capacity, offset) = (table[3 * list], table[3 * list + 1], table[3 * list + 2])
            // An empty list may point to nowhere.
            guard size > 0 else {
                lists.add(0, codes: data.base, ids: data.base)
                continue
            }
            guard size <= capacity, offset <= UInt64(data.count),
                capacity <= (UInt64(data.count) - offset) / UInt64(codeBytes + 8)
            else {
                throw reader.invalid(
                    "\(prefix)lists", at: place + 8 + 24 * list,
                    "list \(list) has \(size) of \(capacity) entries at byte \(offset) of \(data.path), whose size is "
                        + "\(data.count) bytes")
            }
            let codes = data.base + Int(offset)
            lists.add(Int(size), codes: codes, ids: codes + Int(capacity) * codeBytes)
        }
        return try finish(lists, in: data, at: place)
    }

    private func finish(_ table: ListTable, in bytes: FileBytes, at place: Int) throws(IndexFileError) -> StoredLists {
        guard table.total < Int(noNode) else {
            throw reader.unsupported(
                "\(prefix)sizes", at: place, "\(table.total) vectors are more than 32-bit node numbers can name")
        }
        return StoredLists(places: table.places, bytes: bytes, areStored: true)
    }
}

/// Collects where lists lie.
private struct ListTable {
    private var starts = [0]
    private var codes: [UnsafeRawPointer] = []
    private var ids: [UnsafeRawPointer] = []
    private let codeBytes: Int
    private(set) var total = 0

    init(codeBytes: Int, capacity: Int) {
        self.codeBytes = codeBytes
        starts.reserveCapacity(capacity + 1)
        codes.reserveCapacity(capacity)
        ids.reserveCapacity(capacity)
    }

    /// Sizes come from a file whose length bounds them, so their sum does not wrap.
    mutating func add(_ count: Int, codes: UnsafeRawPointer, ids: UnsafeRawPointer) {
        total += count
        starts.append(total)
        self.codes.append(codes)
        self.ids.append(ids)
    }

    var places: ListPlaces { ListPlaces(starts: starts, codes: codes, ids: ids, codeBytes: codeBytes) }
}
