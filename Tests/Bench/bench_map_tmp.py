"""The map: how long it takes and how true it is, against umap-learn and PCA in the same run. Run by `make bench`.

A ratio of processor time counts all threads of both sides. umap-learn runs with a seed (one thread) and without (all cores);
ours is compared with the better of the two, in time and in trustworthiness. Each map of ours is made several times, by two
processes, one of them confined to one core, and must have the same bytes each time. Names of rows may be given as arguments.
"""
import functools
import json
import os
import statistics
import subprocess
import sys

import numpy
import scipy.stats

import map_files
import map_peers
from bench_readers import DATA, ROOT
from map_quality import (
    K, assert_as_sklearn, neighbours_kept, polygon_areas, scores, share_touching)
from vectors import draw

PROGRAM = ROOT / ".build-bench/release/bench-map"
# A lens on a page of 1280×800, and how near two nodes are that cannot be told apart.
LENS_RADIUS, TOUCHING = 330, 3


def run(*arguments, cores=None):
    confine = (lambda: os.sched_setaffinity(0, cores)) if cores else None
    process = subprocess.run(
        [PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True, preexec_fn=confine)
    return json.loads(process.stdout)


def places(output, name):
    """[count, 2] in the order of the labels; None where the program wrote none."""
    path = f"{output}.{name}"
    if not os.path.exists(path):
        return None
    labels = numpy.fromfile(f"{output}.labels", "i8")
    sorted_places = numpy.empty((len(labels), 2), "u2")
    sorted_places[labels] = numpy.fromfile(path, "u2").reshape(2, -1).T
    return sorted_places


def cleared(name):
    """Where places are to be written; nothing is there."""
    for old in DATA.glob(name + ".*"):
        old.unlink()
    return DATA / name


def make(path, rounds, metric="l2"):
    """The report, and where the places are. A second process with one core makes the same map."""
    outputs = [cleared(f"map-{number}") for number in (1, 2)]
    report = run("make", path, metric, rounds, outputs[0])
    one_core = run("make", path, metric, 1, outputs[1], cores={min(os.sched_getaffinity(0))})
    for name in ("first", "finished"):
        written = [output.with_suffix("." + name) for output in outputs]
        assert written[0].exists() == written[1].exists()
        assert not written[0].exists() or written[0].read_bytes() == written[1].read_bytes(), f"{name} differs"
    assert report["cells"] == one_core["cells"] if "cells" in report else "cells" not in one_core
    return report, one_core, outputs[0]


def median(report, stage, clock):
    """Of the rounds; None when the stage never came."""
    times = [made[stage][clock] for made in report["rounds"] if stage in made]
    return statistics.median(times) if times else None


def figure(value, width, digits=1, unit=""):
    return f"{'–' if value is None else format(value, f',.{digits}f') + unit:>{width}}"


@functools.cache
def umap_rows():
    return {"umap-learn, one thread": map_peers.Umap(True), "umap-learn, all cores": map_peers.Umap(False)}


def map_row(title, source, rounds, peer_rounds, goal):
    path, vectors = source()
    maps, times = {}, {}
    for name, peer in {"PCA": map_peers.principal, **umap_rows()}.items():
        maps[name], *times[name] = map_peers.timed(peer, vectors, peer_rounds)
    report, one_core, output = make(path, rounds)
    for name, stage, file in (
            ("ours, first picture of all", "picture", "first"), ("ours, finished", "finished", "finished")):
        times[name] = [median(report, stage, clock) for clock in ("wall", "processor")]
        if (found := places(output, file)) is not None:
            maps[name] = found
    quality = scores(vectors, maps)
    best = [min(times[name][clock] for name in umap_rows()) for clock in (0, 1)]
    best_trust = max(quality[name][0] for name in umap_rows())
    print(f"{title:34}{'wall':>12}{'processor':>13}{'wall':>10}{'processor':>11}{'trust':>9}{'to umap':>9}{'kept':>8}")
    for name, (wall, processor) in times.items():
        trust, kept = quality.get(name, (None, None))
        ratios = [best[clock] / time if time else None for clock, time in enumerate((wall, processor))]
        away = None if trust is None else trust - best_trust
        print(f"  {name:32}{figure(wall, 12, unit=' ms')}{figure(processor, 13, unit=' ms')}{figure(ratios[0], 10, unit='x')}"
              f"{figure(ratios[1], 11, unit='x')}{figure(trust, 9, 4)}{figure(away, 9, 4)}{figure(kept, 8, 3)}")
    print(f"  ours: top levels {figure(median(report, 'topLevels', 'wall'), 0, unit=' ms')}, on one core finished in "
          f"{figure(median(one_core, 'finished', 'wall'), 0, unit=' ms')}, memory at most "
          f"{report['rounds'][-1]['finished']['peakBytes'] / 1e6:.0f} MB; the same bytes {rounds + 1} times")
    print(f"  reach: {goal}")


def million_row(count=1_000_000):
    path, vectors = map_files.hnsw(count)
    output = cleared("map-1")
    report = run("make", path, "l2", 1, output)
    made = report["rounds"][0]
    print(f"{count:,} clustered × 128: opened {report['opened']['wall']:.0f} ms, settled {report['settled']['wall']:.0f} ms, "
          f"memory then at most {report['settled']['peakBytes'] / 1e6:,.0f} MB; {report['levels']} nodes by level")
    for name, stage in (("top levels", "topLevels"), ("density: all above level 0", "density"),
                        ("every node placed", "everyNode"), ("finished", "finished")):
        time = made.get(stage, {"wall": None, "processor": None, "peakBytes": None})
        memory = time["peakBytes"] and time["peakBytes"] / 1e6
        print(f"  {name:32}{figure(time['wall'], 12, 0, ' ms')}{figure(time['processor'], 13, 0, ' ms')}"
              f"{figure(memory, 11, 0, ' MB')}")
    maps = {name: found for name in ("first", "finished") if (found := places(output, name)) is not None}
    for name, (trust, kept) in scores(vectors, maps, sample=300).items():
        print(f"  {name}: trust {trust:.4f}, kept {kept:.4f} (300 vectors against all)")
    print("  reach: after settling, top levels 100 ms, density 1 s, every node placed 30 s (then 10 s) on 2 cores")


def grow_row(before=95_000, after=100_000):
    old_path, new_path, vectors = map_files.grown(before, after)
    output = cleared("map-places")
    report = run("grow", old_path, "l2", new_path, output)
    old, new = (places(f"{output}.{name}", "finished").astype("f8") for name in ("before", "after"))
    shift = numpy.hypot(*(new[:before] - old).T) / 65535 * 100
    trust, kept = scores(vectors, {"": new})[""]
    old_trust = scores(vectors[:before], {"": old})[""][0]
    print(f"{before:,} grown to {after:,}: the first map {report['before']['wall']:,.0f} ms (trust {old_trust:.4f}), "
          f"the next {report['after']['wall']:,.0f} ms, processor {report['after']['processor']:,.0f} ms "
          f"(trust {trust:.4f}, kept {kept:.3f})")
    print(f"  old vectors moved by median {numpy.median(shift):.2f} %, p99 {numpy.percentile(shift, 99):.2f} %, "
          f"at most {shift.max():.2f} % of the side")
    print("  reach: p99 2 % (then 0)")


def lens(source, ef, limit, queries):
    path, vectors = source()
    raw = DATA / "map-queries.f32"
    draw(queries, vectors.shape[1], seed=1_000_004).tofile(raw)
    return run("lens", path, "l2", raw, ef, limit)["pictures"]


def correlation(distances, x, y, query):
    """Spearman's, of true distances and those drawn from the query."""
    drawn = numpy.hypot(numpy.array(x) - query[0], numpy.array(y) - query[1])
    return scipy.stats.spearmanr(distances, drawn).statistic


def lens_row(title, source, ef=50, queries=200):
    pictures = lens(source, ef, 1 << 30, queries)
    in_lens = [correlation(p["distances"], p["x"], p["y"], p["query"]) for p in pictures]
    on_map = [correlation(p["distances"], p["mapX"], p["mapY"], p["mapQuery"]) for p in pictures]
    touching = [share_touching(numpy.stack((p["x"], p["y"]), 1) * LENS_RADIUS, TOUCHING) for p in pictures]
    nodes = statistics.mean(len(p["x"]) for p in pictures)
    print(f"{title}, ef {ef}, {len(pictures)} queries, {nodes:.0f} nodes each: rank correlation of true and drawn distance")
    for name, values in (("in the lens", in_lens), ("on the whole map", on_map)):
        print(f"  {name:32}mean {numpy.mean(values):.3f}, tenth percentile {numpy.percentile(values, 10):.3f}")
    print(f"  within {TOUCHING} px of another (radius {LENS_RADIUS} px): {100 * numpy.mean(touching):.1f} %; a lens takes "
          f"{statistics.median(p['time']['wall'] for p in pictures):.1f} ms")
    stress, neighbours = (statistics.mean(p[name] for p in pictures) for name in ("stress", "neighbours"))
    print(f"  the lens draws distances from the query as they are; between the nodes: {neighbours * 100:.1f} % of neighbours "
          f"kept, stress {stress:.3f}")
    print("  reach: above 0.8 in the lens, at most 5 % touching (Feder, quoted, not run here: 0.36–0.60)")


def local_row(count=2000, queries=31):
    pictures = [p for p in lens(lambda: map_files.hnsw(100_000), count, count, queries) if len(p["x"]) == count]
    # The first pays for cold memory.
    wall, processor = (
        statistics.median(p["time"][clock] for p in pictures[1:]) for clock in ("wall", "processor"))
    print(f"local map of {count:,} × 128: {wall:.1f} ms, processor {processor:.1f} ms (median of {len(pictures) - 1} queries)")
    print("  reach: 50 ms")


def ivf_row(title, source, rounds):
    path, centroids = source()
    report, _, _ = make(path, rounds)
    cells = report["cells"]
    drawn = numpy.stack((cells["x"], cells["y"]), 1)
    areas, sizes = polygon_areas(cells["starts"], cells["cornerX"], cells["cornerY"]), numpy.array(cells["sizes"])
    print(f"{title}: {neighbours_kept(centroids, drawn) * 100:.1f} % of each centroid's 5 nearest stay so on the plane "
          f"(PCA {neighbours_kept(centroids, map_peers.principal(centroids)) * 100:.1f} %)")
    print(f"  area and list size: correlation {numpy.corrcoef(areas, sizes)[0, 1]:.3f}, "
          f"rank correlation {scipy.stats.spearmanr(areas, sizes).statistic:.3f}; {(areas == 0).sum()} cells without area")
    print(f"  {median(report, 'finished', 'wall'):,.0f} ms, processor {median(report, 'finished', 'processor'):,.0f} ms; "
          f"the same bytes {rounds + 1} times")
    print("  reach: 45 % (Feder, quoted, not run here: 14–26 %)")


ROWS = {
    "map-1k": lambda: map_row(
        "1,000 clustered × 128", lambda: map_files.hnsw(1000), 5, 3, "10x within .02 of umap-learn"),
    "map-demo": lambda: map_row("1,000 demo pictures × 128", map_files.demo_hnsw, 5, 3, "10x within .02 of umap-learn"),
    "map-10k": lambda: map_row(
        "10,000 clustered × 128", lambda: map_files.hnsw(10_000), 5, 1,
        "10x (then 30x) within .005 of umap-learn; first picture of all 20x above .97"),
    "map-overlapping-10k": lambda: map_row(
        "10,000 overlapping × 128", lambda: map_files.hnsw(10_000, "overlapping"), 5, 1,
        "10x (then 30x) within .005 of umap-learn"),
    "map-100k": lambda: map_row(
        "100,000 clustered × 128", lambda: map_files.hnsw(100_000), 3, 1,
        "8x (then 15x) within .005 of umap-learn; first picture of all 20x above .97"),
    "map-1m": million_row,
    "map-grow": grow_row,
    "map-local": local_row,
    "map-lens-10k": lambda: lens_row("10,000 clustered × 128", lambda: map_files.hnsw(10_000)),
    "map-lens-100k": lambda: lens_row("100,000 clustered × 128", lambda: map_files.hnsw(100_000)),
    "map-ivf": lambda: ivf_row("Faiss IVF1024 100,000 × 128", lambda: map_files.ivf(100_000, 1024), 3),
    "map-ivf-demo": lambda: ivf_row("Faiss IVF128, 1,000 demo pictures × 128", map_files.demo_ivf, 3),
}


def main():
    DATA.mkdir(parents=True, exist_ok=True)
    vectors = draw(1000)
    assert_as_sklearn(vectors, map_peers.principal(vectors))
    print(f"trust: trustworthiness@{K}; kept: the share of the {K} true neighbours that are among the {K} on the map; both of "
          "1,000 chance vectors, compared with all.\nThe columns of ratios: the better time of umap-learn, divided by this one.")
    for name in sys.argv[1:] or ROWS:
        ROWS[name]()
        sys.stdout.flush()


if __name__ == "__main__":
    main()
