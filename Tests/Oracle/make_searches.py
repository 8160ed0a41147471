"""Writes usearch_searches.json, annoy_searches.json and voyager_searches.json: what the libraries answer on the indexes of
this folder, and every step on their way there.

    pip install usearch==2.26.6 annoy==1.17.3 voyager==2.2.3 numpy
    python make_searches.py FOLDER SOURCES

SOURCES holds the unpacked source packages (`pip download --no-binary :all: --no-deps`) of these versions. The libraries'
headers are copied, a few lines that write down the steps are put into the copies, and what these answer is compared with
the Python packages' own answers before anything is written (g++ is needed).
"""

import ctypes
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy

HERE = pathlib.Path(__file__).parent
LOG = "trace_of_search"

# What is put into the libraries' headers: a piece of text, which of its occurrences, and the call that is put behind it.
# A call writes a letter, then what it is about.
# d: a distance was computed; u: the links of a node are read on an upper level; x: those of a candidate on the base level;
# k: the last distance entered a queue.
USEARCH_EDITS = [
    ("neighbors_non_base_(node_at_(closest_slot), level);", 1, '"u%d:%zu ", (int)level, (std::size_t)closest_slot'),
    ("context.iteration_cycles++;", 4, '"x%zu ", (std::size_t)candidate.slot'),
    ("next.insert({-successor_dist, successor_slot});", 3, '"k "'),
    (
        "distance_t measured = metric(first, second);", 1,
        '"d%zu:%.9g ", (std::size_t)get_slot(second), (double)measured',
    ),
]
VOYAGER_EDITS = [
    ("getDataByInternalId(enterpoint_node_), dist_func_param_);", 2, '"d%u:%.9g ", currObj, (double)curdist'),
    ("metric_distance_computations += size;", 2, '"u%d:%u ", level, currObj'),
    ("getDataByInternalId(cand),\n                                  dist_func_param_);", 2, '"d%u:%.9g ", cand, (double)d'),
    ("lowerBound = dist;", 2, '"d%u:%.9g ", ep_id, (double)dist'),
    ("tableint current_node_id = current_node_pair.second;", 1, '"x%u ", current_node_id'),
    (
        "dist_t dist = fstdistfunc_(data_point, currObj1, dist_func_param_);", 1,
        '"d%d:%.9g ", candidate_id, (double)dist',
    ),
    ("if (top_candidates.size() < ef || lowerBound > dist) {", 1, '"k "'),
]
# r: a root is pushed; s, i, b: a split, an item or a bucket is popped, with its priority; d as above.
ANNOY_EDITS = [
    ("q.push(make_pair(Distance::template pq_initial_value<T>(), _roots[i]));", 1, '"r%d ", (int)_roots[i]'),
    ("nns.push_back(i);", 1, '"i%d:%.9g ", (int)i, (double)d'),
    ("const S* dst = nd->children;", 1, '"b%d:%.9g ", (int)i, (double)d'),
    ("T margin = D::margin(nd, v, _f);", 1, '"s%d:%.9g ", (int)i, (double)d'),
    (
        "nns_dist.push_back(make_pair(D::distance(v_node, _get(j), _f), j));", 1,
        '"d%d:%.9g ", (int)j, (double)nns_dist.back().first',
    ),
]
# So that a call can follow: statements that are split in two or get braces.
REWRITTEN = {
    "return metric(first, second);": "distance_t measured = metric(first, second); return measured;",
    "nns_dist.push_back(make_pair(D::distance(v_node, _get(j), _f), j));":
        "{ nns_dist.push_back(make_pair(D::distance(v_node, _get(j), _f), j)); }",
}


def build(folder, program, header, edits, flags):
    """Compiles a tracing program against a header with edits, and loads it."""
    text = header.read_text()
    for old, new in REWRITTEN.items():
        text = text.replace(old, new)
    for anchor, number, call in edits:
        parts = text.split(anchor)
        if len(parts) <= number:
            sys.exit(f"{header}: {len(parts) - 1} places like this one, not {number}: {anchor}")
        text = anchor.join(parts[:number]) + anchor + f" {LOG}({call});" + anchor.join(parts[number:])
    edited = folder / header.parent.name / header.name
    edited.parent.mkdir(exist_ok=True)
    for beside in header.parent.glob("*.h*"):
        (edited.parent / beside.name).write_text(beside.read_text())
    for beside in (path for path in header.parent.iterdir() if path.is_dir()):
        (edited.parent / beside.name).mkdir(exist_ok=True)
        for file in beside.glob("*.h"):
            (edited.parent / beside.name / file.name).write_text(file.read_text())
    edited.write_text(text)
    library = folder / f"{program.stem}.so"
    command = ["g++", "-shared", "-fPIC", "-O3", "-w", f"-I{folder}", f"-I{edited.parent}", *flags, program, "-o", library]
    subprocess.run([str(part) for part in command], check=True)
    return ctypes.CDLL(str(library))


def source(sources, name):
    return next(path for path in sources.glob(f"{name}-*") if path.is_dir())


def pairs(line):
    """Labels and distances, or nodes and distances, from "label:distance label:distance "."""
    parts = [part.split(":") for part in line.split()]
    return [int(label) for label, _ in parts], [float(distance) for _, distance in parts]


def expect_same(where, labels, distances, other_labels, other_distances):
    """Both are the same library; compilers round the last bits differently, so equal distances may change places."""
    numpy.testing.assert_allclose(distances, other_distances, rtol=1e-5, atol=1e-5, err_msg=where)
    if labels != other_labels:
        sys.exit(f"{where}: {labels} and {other_labels}")


def short(values):
    return [float(f"{float(value):.9g}") for value in values]


def row(query, labels, distances, steps, **parameters):
    labels = [str(label) for label in labels]
    return {"query": query, **parameters, "labels": labels, "distances": short(distances), "steps": steps.strip()}


def usearch_searches(folder, sources, build_folder):
    import numkong
    from usearch.index import Index, ScalarKind

    # As usearch itself does: NumKong's kernels are symbols of the process.
    ctypes.CDLL(numkong._numkong.__file__, mode=ctypes.RTLD_GLOBAL)
    root = source(sources, "usearch")
    targets = "NEON NEONBFDOT NEONHALF NEONSDOT SVE SVEBFDOT SVEHALF SVESDOT SVE2 HASWELL SKYLAKE ICELAKE SAPPHIRE GENOA"
    flags = ["-std=c++17", "-ffast-math", "-DUSEARCH_USE_NUMKONG=1", "-DUSEARCH_USE_OPENMP=0", "-DNK_DYNAMIC_DISPATCH=1"]
    flags += [f"-DNK_TARGET_{target}=0" for target in targets.split()] + [f"-I{root / 'numkong' / 'include'}"]
    library = build(build_folder, HERE / "trace_usearch.cpp", root / "include" / "usearch" / "index.hpp", USEARCH_EDITS, flags)
    library.trace_usearch.restype = ctypes.c_char_p
    answers = {}
    for path in sorted(folder.glob("usearch_*.usearch")):
        report = json.loads(path.with_suffix(".json").read_text())
        # The package can't read the first three; logarithms of the last one's negative numbers make every order right.
        if path.stem in ("usearch_nomatrix", "usearch_wide", "usearch_2_9_2_i8", "usearch_divergence"):
            continue
        ndim = report["ndim"]
        random = numpy.random.default_rng(7)
        queries = random.standard_normal((3, ndim)).astype(numpy.float32)
        if report["metric"] == "haversine":
            queries /= 4
        if report["metric"] == "divergence":
            queries = numpy.abs(queries) / numpy.abs(queries).sum(axis=1, keepdims=True)
        if report["dtype"] == "b1":
            queries = (queries > 0).astype(numpy.float32)
        stored = [vector for vectors in report["vectors"].values() for vector in vectors]
        # A stored vector is found at distance 0, or with ties; zeros are a corner of their own, but no shares of anything.
        if stored:
            queries = numpy.vstack([queries, numpy.array(stored[len(stored) // 2], dtype=numpy.float32)])
        if report["metric"] != "divergence":
            queries = numpy.vstack([queries, numpy.zeros(ndim, dtype=numpy.float32)])
        is_wide = path.stem == "usearch_u40"
        index = None if is_wide else Index.restore(str(path))
        rows = []
        for number, query in enumerate(queries):
            for k, expansion in [(5, 5), (3, 12)] if number else [(1, 1), (5, 5), (10, 64), (3, 12), (200, 8)]:
                pointer = numpy.ascontiguousarray(query, dtype=numpy.float32).ctypes.data_as(ctypes.POINTER(ctypes.c_float))
                answer = library.trace_usearch(
                    str(path).encode(), int(is_wide), pointer, ctypes.c_size_t(k), ctypes.c_size_t(expansion)).decode()
                counters, results, steps = answer.split("\n")
                visited, computed = (int(word) for word in counters.split())
                labels, distances = pairs(results)
                if index is not None:
                    index.expansion_search = expansion
                    packed = numpy.packbits(query > 0) if report["dtype"] == "b1" else query
                    found = index.search(packed, k, dtype=ScalarKind.B1 if report["dtype"] == "b1" else None)
                    where = f"{path.name} query {number} k {k} expansion {expansion}"
                    expect_same(where, labels, distances, [int(key) for key in found.keys], [float(d) for d in found.distances])
                    if (visited, computed) != (found.visited_members, found.computed_distances):
                        sys.exit(f"{where}: {visited, computed}, {found.visited_members, found.computed_distances}")
                rows.append(row(number, labels, distances, steps, k=k, expansion=expansion, visited=visited, computed=computed))
        answers[path.stem] = {"queries": [short(query) for query in queries], "results": rows}
    return answers


def annoy_searches(folder, sources, build_folder):
    from annoy import AnnoyIndex

    root = source(sources, "annoy")
    flags = ["-std=c++17", "-march=native", "-ffast-math", "-fno-associative-math", "-fpermissive"]
    library = build(build_folder, HERE / "trace_annoy.cpp", root / "src" / "annoylib.h", ANNOY_EDITS, flags)
    library.trace_annoy.restype = ctypes.c_char_p
    answers = {}
    for path in sorted(folder.glob("annoy_*.ann")):
        report = json.loads(path.with_suffix(".json").read_text())
        metric, f = report["metric"], report["f"]
        random = numpy.random.default_rng(8)
        queries = random.standard_normal((3, f)).astype(numpy.float32)
        if metric == "hamming":
            queries = (queries > 0).astype(numpy.float32)
        if report["vectors"]:
            queries = numpy.vstack([queries, numpy.array(report["vectors"][-1], dtype=numpy.float32)])
        queries = numpy.vstack([queries, numpy.zeros(f, dtype=numpy.float32)])
        index = AnnoyIndex(f, metric)
        index.load(str(path))
        rows = []
        for number, query in enumerate(queries):
            for k, search_k in [(5, -1), (10, 40)] if number else [(1, -1), (5, -1), (3, 1), (10, 40), (100, 100000)]:
                pointer = numpy.ascontiguousarray(query).ctypes.data_as(ctypes.POINTER(ctypes.c_float))
                answer = library.trace_annoy(
                    str(path).encode(), metric.encode(), f, pointer, ctypes.c_size_t(k), search_k).decode()
                results, steps = answer.split("\n")
                labels, distances = pairs(results)
                found, theirs = index.get_nns_by_vector([float(x) for x in query], k, search_k, include_distances=True)
                expect_same(f"{path.name} query {number} k {k} search_k {search_k}", labels, distances, found, theirs)
                rows.append(row(number, found, theirs, steps, k=k, search_k=search_k))
        answers[path.stem] = {"queries": [short(query) for query in queries], "results": rows}
    return answers


def voyager_searches(folder, sources, build_folder):
    import voyager

    root = source(sources, "voyager")
    library = build(
        build_folder, HERE / "trace_voyager.cpp", root / "src" / "cpp" / "src" / "hnswalg.h", VOYAGER_EDITS,
        ["-std=c++17", "-DNDEBUG"])
    library.trace_voyager.restype = ctypes.c_char_p
    answers = {}
    for path in sorted(folder.glob("voyager_*.voy")):
        index = voyager.Index.load(str(path))
        random = numpy.random.default_rng(9)
        queries = random.uniform(-0.99, 0.99, (3, index.num_dimensions)).astype(numpy.float32)
        queries = numpy.vstack([queries, queries[0] * 1.5, numpy.zeros(index.num_dimensions, dtype=numpy.float32)])
        if path.stem == "voyager_cosine_e4m3":
            # Voyager 2.2.3 leaves the sign of a component that is 0 to chance (`E4M3(float)`), and answers NaN.
            queries = queries[:-1]
        rows = []
        for number, query in enumerate(queries):
            for k, ef in [(5, -1), (3, 3)] if number else [(1, -1), (5, -1), (5, 20), (20, -1), (3, 3)]:
                pointer = numpy.ascontiguousarray(query, dtype=numpy.float32).ctypes.data_as(ctypes.POINTER(ctypes.c_float))
                answer = library.trace_voyager(str(path).encode(), pointer, k, ctypes.c_long(ef)).decode()
                results, steps = answer.split("\n")
                try:
                    found, theirs = index.query(query, k, query_ef=ef)
                except Exception as error:
                    if not results.startswith("!"):
                        sys.exit(f"{path.name} query {number}: {error}, and {results}")
                    rows.append({"query": number, "k": k, "ef": ef, "refused": str(error), "steps": steps.strip()})
                    continue
                labels, distances = pairs(results)
                found, theirs = [int(label) for label in found], [float(distance) for distance in theirs]
                expect_same(f"{path.name} query {number} k {k} ef {ef}", labels, distances, found, theirs)
                rows.append(row(number, found, theirs, steps, k=k, ef=ef))
        answers[path.stem] = {"queries": [short(query) for query in queries], "results": rows}
    return answers


def main():
    folder, sources = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    makers = {"usearch": usearch_searches, "annoy": annoy_searches, "voyager": voyager_searches}
    for name, make in makers.items():
        with tempfile.TemporaryDirectory() as build_folder:
            answers = make(folder, sources, pathlib.Path(build_folder))
        text = json.dumps(answers, separators=(",", ":")).replace("NaN", "null")
        (folder / f"{name}_searches.json").write_text(text + "\n")


main()
