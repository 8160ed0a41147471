"""How fast index files open, against the libraries' own loading of the same files in the same run. Run by `make bench`.

Figures are processor time (user and system) of one thread, medians of rounds that alternate; the first round of each
process, which pays for memory that the machine has not handed out before, does not count. The files are made once, with
hnswlib and Faiss, and kept in test-output/bench.
"""
import json
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
READERS = ROOT / ".build/release/bench-readers"
DATA = ROOT / "test-output/bench"
COUNTS = (10_000, 100_000, 1_000_000)
ROUNDS, ALTERNATIONS = 4, 3

LOAD = """
import json, sys, time
kind, path = sys.argv[1:]
def resident():
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmRSS"))
if kind == "hnsw":
    import hnswlib
    def load():
        index = hnswlib.Index("l2", 128)
        index.load_index(path)
        return index
else:
    import faiss
    faiss.omp_set_num_threads(1)
    def load():
        return faiss.read_index(path)
before, times, index = resident(), [], None
for _ in range(%d):
    index = None
    begin = time.process_time()
    index = load()
    times.append((time.process_time() - begin) * 1000)
print(json.dumps({"times": times, "resident": resident() - before}))
""" % ROUNDS


def hnsw_file(count, dim=128):
    path = DATA / (f"hnsw_{count}.bin" if dim == 128 else f"hnsw_{count}_{dim}.bin")
    if not path.exists():
        import hnswlib
        from vectors import draw

        index = hnswlib.Index("l2", dim)
        index.init_index(count, M=16, ef_construction=60, random_seed=1)
        index.add_items(draw(count, dim))
        index.save_index(str(path) + ".part")
        pathlib.Path(str(path) + ".part").rename(path)
    return path


def ivf_file(count, dim=128, codes="Flat"):
    path = DATA / (f"ivf_{count}.faiss" if (dim, codes) == (128, "Flat") else f"ivf_{count}_{dim}_{codes}.faiss")
    if not path.exists():
        import faiss
        from vectors import draw

        vectors = draw(count, dim)
        index = faiss.index_factory(dim, f"IVF{max(64, count // 1000)},{codes}")
        index.cp.niter = 5
        if hasattr(index, "do_polysemous_training"):
            index.do_polysemous_training = False  # Takes long, and no search here uses it.
        index.train(vectors[:100_000])
        index.add(vectors)
        faiss.write_index(index, str(path) + ".part")
        pathlib.Path(str(path) + ".part").rename(path)
    return path


def last(process):
    return json.loads(process.stdout.splitlines()[-1])


def measure(kind, path):
    """Medians in milliseconds, and resident bytes."""
    ours, theirs = {"opened": [], "settled": [], "checkedInPlace": []}, []
    for _ in range(ALTERNATIONS):
        report = last(subprocess.run([READERS, path, str(ROUNDS), "l2"], capture_output=True, text=True, check=True))
        for name in ours:
            ours[name] += report[name][1:]
        library = last(subprocess.run(
            [sys.executable, "-c", LOAD, kind, path], capture_output=True, text=True, check=True))
        theirs += library["times"][1:]
    medians = {name: statistics.median(values) for name, values in ours.items()}
    return medians, statistics.median(theirs), report["residentSettled"] + report["tables"], library["resident"]


def main():
    DATA.mkdir(parents=True, exist_ok=True)
    print(f"{'file':24}{'MB':>6}{'opened':>12}{'settled':>12}{'in place':>12}{'library':>12}{'opened':>9}{'settled':>9}"
          f"{'resident MB, ours / library':>30}")
    for kind, make in (("hnsw", hnsw_file), ("ivf", ivf_file)):
        for count in COUNTS:
            path = make(count)
            ours, library, own_memory, memory = measure(kind, path)
            print(f"{kind + ' ' + format(count, ',') + ' × 128':24}{path.stat().st_size / 1e6:6.0f}"
                  f"{ours['opened']:9.2f} ms{ours['settled']:9.1f} ms{ours['checkedInPlace']:9.1f} ms{library:9.1f} ms"
                  f"{library / ours['opened']:8.0f}x{library / ours['settled']:8.1f}x"
                  f"{own_memory / 1e6:20.0f} / {memory / 1e6:.0f}")
    print("reach: opened 50x (then 200x), settled 3x (then 5x) at 1,000,000 (hnsw)")


if __name__ == "__main__":
    main()
