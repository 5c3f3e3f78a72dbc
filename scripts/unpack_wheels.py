#!/usr/bin/env python3
"""Unpack from Python wheels the few files that the build needs, and remove the wheels.

    unpack_wheels.py PART WHEELS DESTINATION

PART is one of the keys of PARTS; every wheel in the folder WHEELS is read and removed, so that
never more than one stands beside its contents. Called by scripts/bootstrap.
"""

import shutil
import sys
import zipfile
from pathlib import Path

# Path in the wheels -> path in the destination; a trailing slash takes the whole folder.
PARTS = {
    "libtorch": {
        "torch/include/": "include/",
        "torch/lib/libtorch_cpu.so": "lib/libtorch_cpu.so",
        "torch/lib/libc10.so": "lib/libc10.so",
        "torch/lib/libgomp.so.1": "lib/libgomp.so.1",
        "nvidia/cu13/lib/libcudart.so.13": "lib/libcudart.so.13",
        "nvidia/cu13/lib/libcupti.so.13": "lib/libcupti.so.13",
    },
    # The libraries find each other through $ORIGIN/../../nvidia, so this layout must stay.
    "cuda": {
        "torch/include/": "torch/include/",
        "torch/lib/": "torch/lib/",
        "nvidia/": "nvidia/",
    },
    "cmake": {
        "cmake/data/bin/cmake": "bin/cmake",
        "cmake/data/share/": "share/",
    },
}


def destination(name, part):
    """Where the wheel's entry `name` goes, and the key of `part` that asks for it; None if unwanted."""
    if name.endswith((".a", "/")):
        return None
    for source, target in part.items():
        if name == source or (source.endswith("/") and name.startswith(source)):
            return target + name[len(source) :], source
    return None


def unpack(wheel, part, folder):
    """Write the wanted entries of `wheel` below `folder`; return the keys of `part` that were found."""
    found = set()
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            wanted = destination(entry.filename, part)
            if wanted is None:
                continue
            path = folder / wanted[0]
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, open(path, "wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            # zipfile keeps no permissions: without this CMake would not be executable.
            path.chmod((entry.external_attr >> 16) & 0o777 or 0o644)
            found.add(wanted[1])
    return found


def main(name, wheels, folder):
    part = PARTS[name]
    found = set()
    for wheel in sorted(Path(wheels).glob("*.whl")):
        found |= unpack(wheel, part, Path(folder))
        wheel.unlink()
    missing = sorted(set(part) - found)
    if missing:
        sys.exit(f"unpack_wheels: not in the wheels: {', '.join(missing)}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, zipfile.BadZipFile) as error:
        sys.exit(f"unpack_wheels: {error}")
