"""What `tally --engine ray` costs beside one process: Ray's own clusters of 1, 2 and 4 nodes on this machine.

    python benchmarks/ray_nodes.py --size 1G --nodes 1,2,4

The text is generated as in memory.py and written as files of 50 MB. Every node has one processor. Processor seconds are
of all processes of a run (the caller, Ray's servers and its workers). The bytes that moved are those of this machine's
loopback device, on which the nodes talk to one another and to the caller: on a machine that others use, theirs are
counted, too. All tally files are compared with those that one process wrote.

Requires ray and psutil.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil
from memory import CATEGORIES, corpus_of

from bpeinfer.limits import amount_of

FILE = 50_000_000
TALLY = "import sys, bpeinfer as bi; bi.tally_corpus(sys.argv[1], 'bundled:gpt2', sys.argv[2], workers=1)"
ON_RAY = (
    "import sys, bpeinfer as bi; "
    "bi.tally_corpus(sys.argv[1], 'bundled:gpt2', sys.argv[2], engine='ray', address=sys.argv[3])"
)


def write_text(folder: Path, size: int, names: str) -> int:
    """Write generated text, a folder a category, and return its bytes."""
    written = 0
    for category in corpus_of(size, names).categories:
        (folder / category.name).mkdir(parents=True)
        part, documents, held = 0, [], 0
        for document in [*category.documents(), None]:
            if document is not None:
                documents.append(document.encode())
                held += len(documents[-1])
            if documents and (document is None or held >= FILE):
                (folder / category.name / f"{part}.txt").write_bytes(b"\n".join(documents))
                written += held
                part, documents, held = part + 1, [], 0
    return written


class Processor:
    """Adds up the processor seconds of all our children and theirs, those that end in between included."""

    def __init__(self) -> None:
        """Begin to look, twice a second."""
        self._used: dict[tuple[int, float], float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._stop.wait(0.5):
            for process in psutil.Process().children(recursive=True):
                try:
                    used = process.cpu_times()
                    self._used[process.pid, process.create_time()] = used.user + used.system
                except psutil.Error:
                    continue

    def seconds(self) -> float:
        """Stop and return the sum."""
        self._stop.set()
        self._thread.join()
        return sum(self._used.values())


def loopback() -> int:
    """Return the bytes that the loopback device has carried."""
    return int(psutil.net_io_counters(pernic=True)["lo"].bytes_sent)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def main() -> None:
    """Count once in one process and once on each cluster."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", default="1G", help="bytes of text, all categories together")
    parser.add_argument("--nodes", default="1,2,4", help="nodes of the clusters")
    parser.add_argument("--categories", default=CATEGORIES)
    given = parser.parse_args()
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DEDUP_LOGS": "0", "OMP_NUM_THREADS": "1"}
    from ray.cluster_utils import Cluster

    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        text = write_text(place / "text", int(amount_of(given.size, "--size")), given.categories)
        files = sum(1 for path in (place / "text").rglob("*.txt"))
        print(f"{text / 1e9:.3g} GB of text in {files} files, {len(given.categories.split(','))} categories")
        used, wall = Processor(), time.perf_counter()
        subprocess.run([sys.executable, "-c", TALLY, place / "text", place / "one"], check=True)
        alone, alone_wall = used.seconds(), time.perf_counter() - wall
        expected = contents(place / "one")
        size = sum(map(len, expected.values()))
        print(f"one process      {alone:6.0f} s of CPU, {alone_wall:5.0f} s; {size / 1e6:.0f} MB of counts")
        for nodes in map(int, given.nodes.split(",")):
            before, used, wall = loopback(), Processor(), time.perf_counter()
            cluster: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
            for _ in range(nodes - 1):
                cluster.add_node(num_cpus=1)
            cluster.wait_for_nodes()
            up = time.perf_counter() - wall
            out = place / f"ray{nodes}"
            wall = time.perf_counter()
            subprocess.run([sys.executable, "-c", ON_RAY, place / "text", out, cluster.address], check=True)
            took = time.perf_counter() - wall
            moved = loopback() - before
            spent = used.seconds()
            cluster.shutdown()
            same = "the same bytes" if contents(out) == expected else "OTHER BYTES"
            print(
                f"ray, nodes: {nodes}    {spent:6.0f} s of CPU ({spent / alone:.2f}), {took:5.0f} s "
                f"({took / alone_wall:.2f}) after {up:.0f} s to start; {moved / 1e6:.0f} MB moved; {same}",
                flush=True,
            )


if __name__ == "__main__":
    main()
