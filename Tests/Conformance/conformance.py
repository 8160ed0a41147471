"""Has Autobahn|Testsuite talk to the echo server on the shipping SocketService. Run by `make conformance`.

conformance.py ECHO_SERVER PYTHON2 WSTEST_FOLDER [CASE…]
"""
import collections
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "test-output/conformance"
# All but 12 and 13: no extension is agreed on, so nothing is compressed.
SECTIONS = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*"]
CASES = 301
GOOD = {"OK", "INFORMATIONAL", "NON-STRICT"}
# After a closing handshake the suite hung up first: it prefers that the server does, as RFC 6455, 7.1.1 does.
GOOD_CLOSE = GOOD | {"FAILED BY CLIENT"}
# Ten pings at once: libwebsockets answers the latest, which RFC 6455, 5.5.3 allows and the suite does not.
EXCUSED = {"2.10", "2.11"}


def run_suite(port, python, folder, cases):
    specification = OUTPUT / "specification.json"
    specification.write_text(json.dumps({
        "outdir": str(OUTPUT / "reports"), "servers": [{"agent": "annscope", "url": f"ws://127.0.0.1:{port}/"}],
        "cases": cases, "exclude-cases": [], "exclude-agent-cases": {}}))
    with open(OUTPUT / "log.txt", "wb") as log:
        subprocess.run(
            [python, folder / "bin/wstest", "-m", "fuzzingclient", "-s", specification], check=True, stdout=log,
            stderr=subprocess.STDOUT, env={**os.environ, "PYTHONPATH": str(folder)}, cwd=OUTPUT, timeout=1800)


def main():
    program, python, folder, *cases = sys.argv[1:]
    OUTPUT.mkdir(parents=True, exist_ok=True)
    index = OUTPUT / "reports/index.json"
    index.unlink(missing_ok=True)
    server = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline().split()[-1])
        run_suite(port, python, pathlib.Path(folder).resolve(), cases or SECTIONS)
        died = server.poll()
    finally:
        server.kill()
    results = json.loads(index.read_text())["annscope"]
    # A case is good when what came back was, and when the connection was closed as it should be.
    outcomes = {case: (result["behavior"], result["behaviorClose"]) for case, result in results.items()}
    counts = collections.Counter(behaviour for behaviour, _ in outcomes.values())
    bad = {case for case, (behaviour, close) in outcomes.items() if behaviour not in GOOD or close not in GOOD_CLOSE}
    print(f"{len(outcomes)} cases: " + ", ".join(f"{number} {behaviour}" for behaviour, number in counts.most_common()))
    for case, outcome in sorted(outcomes.items(), key=lambda item: [int(part) for part in item[0].split(".")]):
        if outcome != ("OK", "OK"):
            mark = " (excused)" if case in EXCUSED else " (bad)" if case in bad else ""
            print(f"  {case}: {outcome[0]}, close {outcome[1]}{mark}")
    if died is not None:
        sys.exit(f"the echo server died with {died}")
    if bad - EXCUSED or (not cases and len(outcomes) != CASES):
        sys.exit(f"failed; see {OUTPUT / 'reports/index.html'}")
    print("no case fails but those excused")


if __name__ == "__main__":
    main()
