#!/usr/bin/env python3
"""Every import in Sources/TARGET must be a direct dependency of that target in Package.swift (or the platform's own).

SwiftPM's --explicit-target-dependency-import-check sees only a part: neither transitive nor C modules.
"""
import json
import pathlib
import re
import subprocess
import sys

PLATFORM = {"Foundation", "FoundationNetworking", "FoundationEssentials", "Glibc", "Synchronization", "Swift", "Dispatch"}
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)", re.MULTILINE)


def main() -> int:
    root = pathlib.Path(__file__).resolve().parents[2]
    dump = json.loads(subprocess.run(["swift", "package", "dump-package"], cwd=root, check=True, capture_output=True).stdout)
    faults = []
    checked = 0
    for target in dump["targets"]:
        folder = root / ("Tests" if target["type"] == "test" else "Sources") / target["name"]
        allowed = {target["name"]} | PLATFORM
        for dependency in target["dependencies"]:
            allowed.update(value[0] for value in dependency.values())
        if target["type"] == "test":
            allowed.add("Testing")
        for path in sorted(folder.rglob("*.swift")):
            for name in IMPORT.findall(path.read_text()):
                checked += 1
                if name not in allowed:
                    faults.append(f"{path.relative_to(root)}: imports {name}, which {target['name']} does not depend on")
    print("\n".join(faults) if faults else f"check_imports: {checked} imports, all declared")
    return 1 if faults or checked == 0 else 0


sys.exit(main())
