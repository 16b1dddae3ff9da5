"""Counting on Ray's own cluster of two nodes on this machine, against counting by this process."""

from __future__ import annotations

import random
import socket
import warnings

import pytest

import bpeinfer as bi
from bpeinfer.errors import CorpusError, WorkerError

cluster_utils = pytest.importorskip(
    "ray.cluster_utils", reason="ray is not installed (extra `ray`, `.ci/run ray`)", exc_type=ImportError
)

# Ray leaves sockets and processes to the collector.
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.long]


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """Four categories of several files each, a unit of work each."""
    place = tmp_path_factory.mktemp("samples")
    generator = random.Random(5)
    for name in ("aa", "bb", "cc", "dd"):
        (place / name).mkdir()
        letters = generator.sample("abcdefghijklmnopqrstuvwxyz", 12)
        for part in range(3):
            words = ["".join(generator.choices(letters, k=generator.randint(1, 12))) for _ in range(20_000)]
            (place / name / f"{part}.txt").write_text(" ".join(words))
    return place


@pytest.fixture(scope="module")
def one_machine(samples, tmp_path_factory):
    place = tmp_path_factory.mktemp("one")
    bi.tally_corpus(samples, "bundled:gpt2", place)
    return contents(place)


def contents(place):
    return {path.name: path.read_bytes() for path in sorted(place.iterdir())}


@pytest.fixture
def cluster(monkeypatch):
    import ray

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    made.second = made.add_node(num_cpus=2)
    made.wait_for_nodes()
    yield made
    ray.shutdown()
    made.shutdown()


def test_a_cluster_writes_the_bytes_of_one_machine_also_when_a_node_is_killed_in_the_middle(
    cluster, samples, one_machine, tmp_path
):
    bi.tally_corpus(samples, "bundled:gpt2", tmp_path / "whole", engine="ray", address=cluster.address)
    assert contents(tmp_path / "whole") == one_machine
    killed = []

    def kill(name, size):
        if not killed:
            cluster.remove_node(cluster.second, allow_graceful=False)
            killed.append(name)

    bi.tally_corpus(
        samples, "bundled:gpt2", tmp_path / "killed", engine="ray", address=cluster.address, progress=kill
    )
    assert killed == ["aa"]
    assert contents(tmp_path / "killed") == one_machine
    (tmp_path / "empty").mkdir()
    for name in ("aa", "bb"):
        (tmp_path / "empty" / f"{name}.txt").write_text("words " * 200 if name == "aa" else "")
    with pytest.raises(CorpusError, match="'bb'"):
        bi.tally_corpus(
            tmp_path / "empty", "bundled:gpt2", tmp_path / "out", engine="ray", address=cluster.address
        )


def test_an_address_where_no_cluster_is_is_said_at_once(samples, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = f"127.0.0.1:{taken.getsockname()[1]}"
    for address, said in (
        (free, "nothing answers there"),
        ("somewhere", "HOST:PORT"),
        ("host:port", "HOST:PORT"),
    ):
        with pytest.raises(WorkerError, match=said):
            bi.tally_corpus(samples, "bundled:gpt2", tmp_path, engine="ray", address=address)
