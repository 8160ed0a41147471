internal import IndexFiles
internal import Synchronization
internal import VectorSearch
internal import WireProtocol

/// Makes the filters of one revision of an index, on worker threads, and keeps what the next one may want.
///
/// Kept are the row of each node, each column that a condition named (4 bytes a node each) and the last 16 filters (an
/// eighth of a byte a node each, and 16 bytes for each listed label).
final class FilterMaker: Sendable {
    private let index: IndexFile
    private let items: ItemTable
    private let labels: LabelTable
    private let kept = Mutex(Kept())

    private struct Kept {
        var rows: [UInt32]?
        /// By their places in the table.
        var columns: [Int: ItemColumn] = [:]
        /// The last used stands last.
        var filters: [MadeFilter] = []
    }

    static let maxKeptFilters = 16

    init(index: IndexFile, items: ItemTable, labels: LabelTable) {
        self.index = index
        self.items = items
        self.labels = labels
    }

    /// What a filter asks for, checked without a look at any node.
    func plan(_ filter: SearchFilter, limits: WireLimits = WireLimits()) throws(FilterError) -> FilterPlan {
        try FilterPlan(filter, columns: items.columns, limits: limits)
    }

    /// The filter, made now or kept from before. Two threads that want the same one at once may both make it.
    func make(_ plan: FilterPlan) -> MadeFilter {
        let found = kept.withLock { kept -> MadeFilter? in
            guard let place = kept.filters.lastIndex(where: { $0.plan.filter == plan.filter }) else { return nil }
            let filter = kept.filters.remove(at: place)
            kept.filters.append(filter)
            return filter
        }
        if let found { return found }
        let made = makeAnew(plan)
        kept.withLock { kept in
            if kept.filters.count == Self.maxKeptFilters { kept.filters.removeFirst() }
            kept.filters.append(made)
        }
        return made
    }

    private func makeAnew(_ plan: FilterPlan) -> MadeFilter {
        var unknown = 0
        var bits = plan.predicate.map(nodes)
        if let allow = plan.filter.allow {
            let listed = nodes(labeled: allow, &unknown)
            bits?.formIntersection(listed)
            if bits == nil { bits = listed }
        }
        if let deny = plan.filter.deny {
            var listed = nodes(labeled: deny, &unknown)
            if bits == nil {
                listed.invert()
                bits = listed
            } else {
                bits?.subtract(listed)
            }
        }
        let all = bits ?? NodeBits(count: index.count) { _ in true }
        return MadeFilter(plan: plan, nodes: all.filter, unknownLabels: unknown)
    }

    private func nodes(labeled labels: [VectorLabel], _ unknown: inout Int) -> NodeBits {
        var bits = NodeBits(count: index.count)
        unknown += self.labels.forEachNode(of: Set(labels)) { bits.insert($0) }
        return bits
    }

    /// The nodes of which a predicate is true.
    ///
    /// Tests of one column that stand beside each other become one table over its values, so that the nodes are walked
    /// through once for them. What stands deeper is done with before the next: a set of nodes for each level is all that
    /// is held.
    private func nodes(_ predicate: Predicate) -> NodeBits {
        switch predicate {
        case .test(.label, let test): NodeBits(count: index.count) { test.accepts(label: index.label($0)) }
        case .test(.item(let place, _), let test): nodes([test], ofColumn: place, &)
        case .all(let parts): nodes(parts, &, { $0.formIntersection($1) })
        case .any(let parts): nodes(parts, |, { $0.formUnion($1) })
        }
    }

    private func nodes(
        _ parts: [Predicate], _ joinMarks: (UInt8, UInt8) -> UInt8, _ join: (inout NodeBits, NodeBits) -> Void
    ) -> NodeBits {
        var tests: [Int: [ValueTest]] = [:]
        var result: NodeBits?
        func add(_ bits: NodeBits) {
            guard var joined = result.take() else { return result = bits }
            join(&joined, bits)
            result = joined
        }
        for part in parts {
            if case .test(.item(let place, _), let test) = part {
                tests[place, default: []].append(test)
            } else {
                add(nodes(part))
            }
        }
        for (place, tests) in tests { add(nodes(tests, ofColumn: place, joinMarks)) }
        return result ?? NodeBits(count: index.count)
    }

    private func nodes(_ tests: [ValueTest], ofColumn place: Int, _ join: (UInt8, UInt8) -> UInt8) -> NodeBits {
        let column = column(place)
        var marks = column.marks(tests[0])
        for test in tests.dropFirst() { marks = zip(marks, column.marks(test)).map(join) }
        return NodeBits(codes: column.codes, isMarked: marks)
    }

    private func column(_ place: Int) -> ItemColumn {
        if let column = kept.withLock({ $0.columns[place] }) { return column }
        let column = ItemColumn(items, place: place, rows: rows())
        return kept.withLock { kept in
            // Another thread may have been faster: one of two equal ones is kept.
            if let other = kept.columns[place] { return other }
            kept.columns[place] = column
            return column
        }
    }

    private func rows() -> [UInt32] {
        if let rows = kept.withLock({ $0.rows }) { return rows }
        let rows = (0..<UInt32(index.count)).map { items.rowNumber(of: index.label($0)) }
        kept.withLock { $0.rows = rows }
        return rows
    }
}
