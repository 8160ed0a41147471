internal import CVectorKernels
internal import IndexFiles

extension ExactNeighbours {
    /// Every 32nd block is scanned first: whatever the order of the vectors, the bound is near its final value soon.
    private static let sampledBlocks = 32

    /// Compares all vectors that may be results. Returns false when cancelled.
    func scan(
        _ keys: RowKeys, _ filter: NodeFilter?, _ cancellation: Cancellation?, _ candidates: inout NearestCandidates
    ) -> Bool {
        let blockRows = blockRows(bytes: 4 * dimension)
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: blockRows) { buffer in
            guard let nodes = buffer.baseAddress else { return false }
            for first in stride(from: 0, to: vectors.count, by: blockRows) {
                if cancellation?.isCancelled == true { return false }
                var count = 0
                for row in UInt32(first)..<UInt32(min(first + blockRows, vectors.count)) {
                    nodes[count] = row
                    count += filter?.allows(rows.node(row)) == false ? 0 : 1
                }
                compare(nodes, count, keys, &candidates)
            }
            return true
        }
    }

    /// Scans all codes and compares the vectors that they do not rule out. Returns false when cancelled.
    func scan(
        _ codes: VectorCodes, _ kernel: annscope_code_kernel, _ keys: RowKeys, _ filter: NodeFilter?,
        _ cancellation: Cancellation?, _ candidates: inout NearestCandidates
    ) -> Bool {
        let query = CodedQuery(keys.query, codes, measure, kernel: kernel)
        let blockRows = blockRows(bytes: codes.rowBytes)
        let blocks = (codes.count + blockRows - 1) / blockRows
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: blockRows) { sums in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: blockRows) { buffer in
                guard let dots = sums.baseAddress, let nodes = buffer.baseAddress else { return false }
                for isSample in [true, false] {
                    for block in stride(from: 0, to: blocks, by: isSample ? Self.sampledBlocks : 1) {
                        if !isSample, block % Self.sampledBlocks == 0 { continue }
                        if cancellation?.isCancelled == true { return false }
                        let first = block * blockRows
                        let survivors = query.survivors(
                            first, min(blockRows, codes.count - first), bound: candidates.bound, dots: dots,
                            places: nodes)
                        var count = 0
                        for place in 0..<survivors {
                            let row = UInt32(first) + nodes[place]
                            nodes[count] = row
                            count += filter?.allows(rows.node(row)) == false ? 0 : 1
                        }
                        compare(nodes, count, keys, &candidates)
                    }
                }
                return true
            }
        }
    }

    /// Rows that are scanned between two looks at the cancellation: a quarter of a megabyte at most.
    private func blockRows(bytes: Int) -> Int { max(4, min(RowKeys.capacity, 262_144 / max(1, bytes))) }

    private func compare(
        _ nodes: UnsafePointer<UInt32>, _ count: Int, _ keys: RowKeys, _ candidates: inout NearestCandidates
    ) {
        guard count > 0 else { return }
        keys.compute(nodes, count)
        for place in 0..<count where keys.values[place] <= candidates.bound && !index.isDeleted(rows.node(nodes[place]))
        {
            candidates.add(keys.values[place], nodes[place])
        }
    }
}
