extension Parsing {
    /// Looks in inverted lists for NaN, infinity, negative ids and ids that stand twice.
    mutating func check(
        _ places: ListPlaces, _ finite: FiniteCheck, in bytes: FileBytes, idsIn idBytes: FileBytes, prefix: String
    ) throws(IndexFileError) {
        var labels = LabelCheck(capacity: places.count)
        for list in 0..<places.starts.count - 1 where places.size(of: list) > 0 {
            let size = places.size(of: list)
            if !finite.alwaysHolds {
                try bytes.require(bytes.offset(of: places.codes[list]), size * places.codeBytes)
                for position in 0..<size where !finite.holds(places.codes[list] + position * places.codeBytes) {
                    warnings.count("\(prefix)list not finite") {
                        (
                            "\(prefix)list \(list)", bytes.offset(of: places.codes[list]) + position * places.codeBytes,
                            "vector \(position) of list \(list) holds NaN or infinity"
                        )
                    }
                }
            }
            let ids = places.ids[list]
            try idBytes.require(idBytes.offset(of: ids), size * 8)
            for position in 0..<size {
                let id = ids.loadUnaligned(fromByteOffset: position * 8, as: Int64.self)
                labels.add(id)
                if id < 0 {
                    warnings.count("\(prefix)negative id") {
                        (
                            "\(prefix)list \(list)", idBytes.offset(of: ids) + position * 8,
                            "id \(id) in list \(list) is negative"
                        )
                    }
                }
            }
        }
        if let label = labels.firstDuplicate() {
            warnings.add("\(prefix)ids", "id \(Int64(bitPattern: label)) stands in the lists more than once")
        }
        hasWideLabels = hasWideLabels || labels.areWide
    }

    /// Compares the direct map with the lists: an entry is list · 2³² + position, or −1.
    mutating func check(
        _ map: IVFHeader.DirectMap, _ places: ListPlaces, in bytes: FileBytes, prefix: String
    ) throws(IndexFileError) {
        guard map.count > 0 else { return }
        try bytes.require(map.offset, map.count * map.entryBytes)
        for entry in 0..<map.count {
            let offset = map.offset + entry * map.entryBytes
            let id =
                map.entryBytes == 16
                ? bytes.base.loadUnaligned(fromByteOffset: offset, as: Int64.self) : Int64(entry)
            let place = bytes.base.loadUnaligned(fromByteOffset: offset + map.entryBytes - 8, as: Int64.self)
            if place == -1 { continue }
            let list = Int(place >> 32)
            let position = Int(place & 0xFFFF_FFFF)
            let isThere =
                place >= 0 && list < places.starts.count - 1 && position < places.size(of: list)
                && places.ids[list].loadUnaligned(fromByteOffset: position * 8, as: Int64.self) == id
            if !isThere {
                warnings.count("\(prefix)direct map") {
                    (
                        "\(prefix)direct_map", offset,
                        "its entry for id \(id) leads to position \(position) of list \(list), where that id is not"
                    )
                }
            }
        }
    }
}
