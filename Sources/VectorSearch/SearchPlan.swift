public import IndexFiles

/// What a search of an index will do, made from the index and the parameters before anything is computed: the steps, one
/// within the other, and the trace's header.
struct SearchPlan {
    /// A search, and what it rests on.
    indirect enum Step {
        /// The query goes through these first.
        case transform([VectorTransform], Step)
        /// The results of a step are ranked again by another index over the same vectors.
        case refine(Step, by: IndexObject, k: Int, stage: Int)
        /// Likewise, by a second code of each vector (`IwQR`).
        case refineByCodes(Step, IVFLists, IndexObject, IVFRefinement, k: Int, stage: Int)
        case hnswlib(HNSWGraph, IndexObject, stage: Int)
        case faissHNSW(FaissHNSWGraph, IndexObject, HNSWRules, stage: Int)
        case nsg(NSGGraph, IndexObject, poolSize: Int, k: Int, stage: Int)
        case ivf(IVFLists, IndexObject, IVFRules, quantizer: Step, stage: Int)
        case flat(IndexObject, k: Int, stage: Int)
        case hnswlibFlat(IndexObject, k: Int, stage: Int)
        case usearch(UsearchGraph, IndexObject, stage: Int)
        /// Items are gathered from the trees in one stage, and compared in another.
        case annoy(AnnoyForest, IndexObject, searchK: Int, trees: Int, candidates: Int)
    }

    /// How Faiss searches an HNSW graph.
    struct HNSWRules {
        let k: Int
        /// As it was asked for; the queue has `max(efSearch, k)` places.
        let efSearch: Int
        let isQueueBounded: Bool
        let checksRelativeDistance: Bool
    }

    /// How Faiss searches inverted lists.
    struct IVFRules {
        let k: Int
        let nprobe: Int
        /// What the lists see of the query where the quantizer sees it as it is (`IwIQ`).
        let transforms: [VectorTransform]
    }

    private let library: IndexFile.Library
    private(set) var header: TraceHeader
    private(set) var step: Step

    /// - Throws: `invalidParameter` for what the library would not take, `notSearchable` for what can't be searched.
    init(_ index: IndexFile, _ parameters: SearchParameters, isFiltered: Bool) throws(SearchError) {
        if let obstacle = index.searchObstacle { throw SearchError(code: .notSearchable, message: obstacle) }
        for (name, value) in [
            ("k", Optional(parameters.k)), ("efSearch", parameters.efSearch), ("nprobe", parameters.nprobe),
            ("search_k", parameters.searchK),
        ] {
            if let value, value < 1 { throw .parameter("\(name) is \(value); 1 is the least") }
        }
        library = index.library
        header = TraceHeader(algorithm: .faissFlat, k: parameters.k, largerIsNearer: index.largerIsNearer)
        step = .flat(index.object, k: 0, stage: 0)
        step = try plan(
            index.object, index.object.wrappers[...], parameters, isQuantizer: false, isFiltered: isFiltered)
    }

    private mutating func addStage(_ stage: TraceHeader.Stage) -> Int {
        header.stages.append(stage)
        return header.stages.count - 1
    }

    private mutating func plan(
        _ object: IndexObject, _ wrappers: ArraySlice<IndexObject.Wrapper>, _ parameters: SearchParameters,
        isQuantizer: Bool, isFiltered: Bool
    ) throws(SearchError) -> Step {
        guard let wrapper = wrappers.first else {
            return try planStructure(
                object, parameters, isQuantizer: isQuantizer, isFiltered: isFiltered, transforms: [])
        }
        let rest = wrappers.dropFirst()
        switch wrapper {
        case .labels:
            return try plan(object, rest, parameters, isQuantizer: isQuantizer, isFiltered: isFiltered)
        case .transforms(let chain):
            if !isQuantizer { header.isTransformed = true }
            let inner = try plan(object, rest, parameters, isQuantizer: isQuantizer, isFiltered: isFiltered)
            return .transform(chain, inner)
        case .refine(let finer, let kFactor):
            var wider = parameters
            wider.k = Self.widened(parameters.k, by: kFactor)
            let base = try plan(object, rest, wider, isQuantizer: isQuantizer, isFiltered: isFiltered)
            let stage = addStage(
                .init(
                    name: isQuantizer ? "coarse refine" : "refine", nodes: isQuantizer ? .centroids : .vectors,
                    algorithm: .faissRefine, k: parameters.k, largerIsNearer: finer.largerIsNearer))
            return .refine(base, by: finer, k: parameters.k, stage: stage)
        case .independentQuantizer(let transforms):
            guard !isFiltered else {
                throw .parameter("Faiss takes no filter where the coarse quantizer stands outside")
            }
            if !transforms.isEmpty { header.isTransformed = true }
            return try planStructure(
                object, parameters, isQuantizer: isQuantizer, isFiltered: isFiltered, transforms: transforms)
        }
    }

    private mutating func planStructure(
        _ object: IndexObject, _ parameters: SearchParameters, isQuantizer: Bool, isFiltered: Bool,
        transforms: [VectorTransform]
    ) throws(SearchError) -> Step {
        let nodes: TraceHeader.NodeKind = isQuantizer ? .centroids : .vectors
        let name = isQuantizer ? "coarse" : nil
        let k = parameters.k
        switch object.structure {
        case .hnsw(let graph):
            guard !isFiltered || library != .voyager else { throw .parameter("Voyager takes no filter") }
            let efSearch = max(parameters.efSearch ?? Self.defaultEfSearch, k)
            header.algorithm = .hnswlib
            header.efSearch = efSearch
            // While nobody has counted, deletions must be reckoned with; the steps are the same if there are none.
            header.bare = graph.deletedCount == 0 && !isFiltered
            return .hnswlib(
                graph, object,
                stage: addStage(.init(name: "graph", nodes: nodes, algorithm: .hnswlib, k: k, efSearch: efSearch)))
        case .faissHNSW(let graph):
            let efSearch = parameters.efSearch ?? graph.efSearch
            guard efSearch > 0 else {
                throw .parameter("the file's efSearch is \(efSearch): say which efSearch to use")
            }
            if isFiltered, !parameters.isQueueBounded {
                throw .parameter("Faiss ignores filters when its HNSW search has no bounded queue")
            }
            let rules = HNSWRules(
                k: k, efSearch: efSearch, isQueueBounded: parameters.isQueueBounded,
                checksRelativeDistance: parameters.checksRelativeDistance)
            var stage = TraceHeader.Stage(
                name: name ?? "graph", nodes: nodes, algorithm: .faissHNSW, k: k, efSearch: max(efSearch, k),
                largerIsNearer: object.largerIsNearer)
            stage.isQueueBounded = rules.isQueueBounded
            stage.relativeLimit = rules.isQueueBounded && rules.checksRelativeDistance ? efSearch : 0
            if !isQuantizer {
                header.algorithm = .faissHNSW
                header.efSearch = stage.efSearch
                header.bare = !isFiltered
            }
            return .faissHNSW(graph, object, rules, stage: addStage(stage))
        case .nsg(let graph):
            guard !isFiltered else { throw .parameter("Faiss's NSG takes no filter") }
            let poolSize = max(parameters.efSearch ?? graph.searchL, k)
            guard poolSize <= graph.count || graph.count == 0 else {
                throw .parameter(
                    "search_L or k is \(poolSize), and there are \(graph.count) vectors: Faiss itself would look for more "
                        + "starting points for ever")
            }
            if !isQuantizer {
                header.algorithm = .faissNSG
                header.efSearch = poolSize
            }
            let stage = addStage(
                .init(
                    name: name ?? "graph", nodes: nodes, algorithm: .faissNSG, k: k, efSearch: poolSize,
                    largerIsNearer: object.largerIsNearer))
            return .nsg(graph, object, poolSize: poolSize, k: k, stage: stage)
        case .ivf(let lists):
            let nprobe = min(parameters.nprobe ?? lists.nprobe, lists.nlist)
            guard nprobe > 0 else { throw .parameter("the file's nprobe is 0: say which nprobe to use") }
            let quantizer = try plan(
                lists.quantizer, lists.quantizer.wrappers[...], SearchParameters(k: nprobe), isQuantizer: true,
                isFiltered: false)
            if !isQuantizer {
                header.algorithm = .faissIVF
                header.nprobe = nprobe
                header.bare = !isFiltered
            }
            let refinement = lists.refinement
            let listsK = refinement.map { Self.widened(k, by: $0.kFactor) } ?? k
            let stage = addStage(
                .init(
                    name: isQuantizer ? "coarse lists" : "lists", nodes: nodes, algorithm: .faissIVF, k: listsK,
                    largerIsNearer: object.largerIsNearer))
            let rules = IVFRules(k: listsK, nprobe: nprobe, transforms: transforms)
            let step = Step.ivf(lists, object, rules, quantizer: quantizer, stage: stage)
            guard let refinement else { return step }
            return .refineByCodes(
                step, lists, object, refinement, k: k,
                stage: addStage(.init(name: "refine", nodes: nodes, algorithm: .faissRefine, k: k)))
        case .flat where library == .hnswlib:
            header.algorithm = .hnswlibFlat
            header.bare = !isFiltered
            return .hnswlibFlat(
                object, k: k, stage: addStage(.init(name: "vectors", nodes: nodes, algorithm: .hnswlibFlat, k: k)))
        case .flat:
            if isFiltered, case .product? = object.vectors?.encoding {
                throw .parameter("Faiss takes no filter where all of an index is product codes")
            }
            if !isQuantizer { header.bare = !isFiltered }
            return .flat(
                object, k: k,
                stage: addStage(
                    .init(
                        name: name ?? "vectors", nodes: nodes, algorithm: .faissFlat, k: k,
                        largerIsNearer: object.largerIsNearer)))
        case .usearch(let graph):
            let efSearch = max(parameters.efSearch ?? Self.defaultExpansion, k)
            header.algorithm = .usearch
            header.efSearch = efSearch
            header.bare = graph.deletedCount == 0 && !isFiltered
            return .usearch(
                graph, object,
                stage: addStage(.init(name: "graph", nodes: nodes, algorithm: .usearch, k: k, efSearch: efSearch)))
        case .forest(let forest):
            guard !isFiltered else { throw .parameter("Annoy takes no filter") }
            let (product, overflow) = k.multipliedReportingOverflow(by: forest.roots.count)
            let searchK = parameters.searchK ?? (overflow ? .max : product)
            header.algorithm = .annoy
            header.searchK = searchK
            return .annoy(
                forest, object, searchK: searchK,
                trees: addStage(.init(name: "trees", nodes: .tree, algorithm: .annoy, k: k)),
                candidates: addStage(
                    .init(
                        name: "candidates", nodes: .vectors, algorithm: .annoy, k: k,
                        largerIsNearer: object.metric == .dot)))
        }
    }

    /// How many results are looked for where they are ranked again: rounded as the library does, and below what would
    /// overflow.
    private static func widened(_ k: Int, by factor: Float) -> Int { Int(min(Float(k) * factor, 0x1p40)) }

    /// hnswlib's `ef` after loading a file.
    static let defaultEfSearch = 10
    /// usearch's `expansion_search` after loading a file (`default_expansion_search`).
    static let defaultExpansion = 64
}

extension TraceHeader {
    /// The header of a search that is about to run, with the values that the library will take.
    ///
    /// - Throws: `SearchError` for what the search would throw before it begins.
    public init(
        _ index: IndexFile, _ parameters: SearchParameters, isFiltered: Bool = false
    ) throws(SearchError) {
        self = try SearchPlan(index, parameters, isFiltered: isFiltered).header
    }

    /// hnswlib's `ef` after loading a file.
    public static var defaultEfSearch: Int { SearchPlan.defaultEfSearch }
    /// usearch's `expansion_search` after loading a file.
    public static var defaultExpansion: Int { SearchPlan.defaultExpansion }
}
