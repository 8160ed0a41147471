internal import VectorSearch

/// What a search did in each stage, on each layer and in each cell, counted from its steps.
struct TraceBreakdown {
    /// Steps of one kind of place.
    struct Counts {
        /// Neighbour lists read.
        var lists = 0
        var distances = 0
        /// Distances that entered a queue of the library.
        var kept = 0
        /// Passed over without a distance.
        var passed = 0
        var splits = 0
        var nearest: (node: UInt32, distance: Float)?

        mutating func add(_ event: TraceEvent, largerIsNearer: Bool) {
            switch event.kind {
            case .expand: lists += 1
            case .split: splits += 1
            case .tally:
                distances += Int(event.to)
                kept += Int(event.from)
            case .enter, .keep, .reject, .rank, .rescore:
                guard !event.distance.isNaN else {
                    if event.kind == .reject { passed += 1 }
                    return
                }
                distances += 1
                if event.kind == .keep { kept += 1 }
                if let best = nearest?.distance, largerIsNearer ? event.distance <= best : event.distance >= best {
                    return
                }
                nearest = (event.to, event.distance)
            case .descend, .open, .stop: break
            }
        }
    }

    struct Layer {
        let number: Int
        var entry: UInt32
        var counts = Counts()
    }

    struct Cell {
        let number: UInt32
        /// Of its centroid; NaN where none was computed.
        let distance: Float
        var counts = Counts()
    }

    struct Stage {
        let header: TraceHeader.Stage
        /// In the order in which they were entered.
        var layers: [Layer] = []
        /// Leaves of trees that were opened.
        var leaves = 0
        var cells: [Cell] = []
        /// What belongs to no layer and to no cell.
        var counts = Counts()
        var stop: TraceEvent?
    }

    private(set) var stages: [Stage]

    init(_ header: TraceHeader, _ events: [TraceEvent]) {
        stages = header.stages.map { Stage(header: $0) }
        for event in events {
            let number = Int(event.flags & TraceEvent.stageMask)
            guard number < stages.count else { continue }
            Self.add(event, to: &stages[number])
        }
    }

    private static func add(_ event: TraceEvent, to stage: inout Stage) {
        let largerIsNearer = stage.header.largerIsNearer
        switch event.kind {
        case .stop: stage.stop = event
        case .open where stage.header.nodes == .tree: stage.leaves += 1
        case .open: stage.cells.append(Cell(number: event.to, distance: event.distance))
        case _ where event.layer >= 0:
            if event.kind == .enter || stage.layers.last?.number != Int(event.layer) {
                stage.layers.append(Layer(number: Int(event.layer), entry: event.to))
            }
            stage.layers[stage.layers.count - 1].counts.add(event, largerIsNearer: largerIsNearer)
        case _ where !stage.cells.isEmpty:
            stage.cells[stage.cells.count - 1].counts.add(event, largerIsNearer: largerIsNearer)
        default: stage.counts.add(event, largerIsNearer: largerIsNearer)
        }
    }
}
