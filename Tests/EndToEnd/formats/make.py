"""Makes the files of one producer: `python -m formats.make PRODUCER FOLDER`, in the producer's environment. Beside each
file lands a JSON file with the facts."""
import importlib.metadata
import json
import pathlib
import sys
import traceback

from formats.case import PRODUCERS


def main(name, folder):
    producer = next(producer for producer in PRODUCERS if producer.name == name)
    version = importlib.metadata.version(producer.package)
    for case in producer.cases():
        path = folder / case.file
        try:
            facts = {"path": str(path)} | case.make(path)
        except Exception:
            facts = {"failure": traceback.format_exc()}
        facts["version"] = version
        (folder / f"{case.file}.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
