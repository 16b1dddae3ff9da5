"""Samples → counts of each category on a Ray cluster: the same integers as on one machine.

Each unit of the samples is a task, and so is adding up a category, in the order in which one machine does it (blocks
depend on that order). Only counts move between nodes, and only whole categories come to the caller. Ray repeats the
tasks of a node that died, and those whose results it held.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.sources import Source
from bpeinfer.counting.adding_up import add_up_in_turn, named_units
from bpeinfer.counting.blocks import BlockCounts
from bpeinfer.counting.jobs import add_up_reseeded
from bpeinfer.counting.units import IN_MEMORY, OnText, count_unit, has_stream
from bpeinfer.errors import BpeInferError, CorpusError, WorkerError
from bpeinfer.extras import need
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["count_on_ray"]

RETRIES = 20
"""Times that Ray starts a task again after the node or worker that ran it has died."""

AHEAD = 4
"""Units submitted for each processor of the cluster before the first category is waited for."""

ANSWER = 10.0
"""Seconds within which a cluster's address must answer. Ray itself tries for four minutes and more."""


def count_on_ray(
    corpus: Corpus, pretokenizer: Pretokenizer, address: str | None = None, progress: OnText | None = None
) -> Iterator[BlockCounts]:
    """Yield the counts of each category, in order, counted on a Ray cluster.

    Every node must see the files of the samples under the same paths, and have this version of bpeinfer.

    Args:
        corpus: the samples.
        pretokenizer: that splits them.
        address: of the cluster, as `ray.init` takes it (None: that in RAY_ADDRESS, or this machine alone). A
            connection that is there already is used.
        progress: receives a callback with the bytes of each category when it is counted.

    Raises:
        CorpusError: a category is empty or cannot be read, or is a pipe.
        MissingExtraError: ray is not installed.
        WorkerError: the cluster cannot be reached, or a task failed however often it was started.
    """
    if not corpus.categories:
        return
    groups, named = named_units(corpus)
    for name, unit in named:
        if has_stream(unit):
            raise CorpusError(
                f"category {name!r} is read from a pipe, which other machines cannot; write it to a file"
            )
    ray = need("ray", "ray", "counting on a cluster")
    with _connected(ray, address):
        yield from _counted(ray, corpus, groups, pretokenizer, progress)


@contextmanager
def _connected(ray: Any, address: str | None) -> Iterator[None]:
    """Connect to a cluster, unless that was done, and say what its failures mean."""
    os.environ.setdefault(
        "RAY_USAGE_STATS_ENABLED", "0"
    )  # Ray reports on its use to its makers unless told not to
    ours = not ray.is_initialized()
    try:
        if ours:
            _expect_an_answer(address or os.environ.get("RAY_ADDRESS"))
            ray.init(address=address, log_to_driver=False, include_dashboard=None if address else False)
        yield
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, BpeInferError):
            raise error.cause from error
        raise
    except (ray.exceptions.RayError, ConnectionError) as error:
        raise WorkerError(
            f"Ray cluster {address or '(local)'}: {type(error).__name__}: {str(error).splitlines()[0]}"
        ) from error
    finally:
        if ours:
            ray.shutdown()


def _expect_an_answer(address: str | None) -> None:
    """Raise WorkerError if `address` names a host and a port where nothing listens, or neither name nor address."""
    if not address or address in ("auto", "local"):
        return
    where = f"Ray cluster {address}"
    try:
        parts = urlsplit(address if "://" in address else f"ray://{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port:
        raise WorkerError(f"{where}: give an address as HOST:PORT (as `ray start --head` prints it)")
    try:
        socket.create_connection((host, port), timeout=ANSWER).close()
    except OSError as error:
        raise WorkerError(
            f"{where}: nothing answers there ({error.strerror or error}); is the head node up, and does a firewall "
            "let its port through?"
        ) from error


def _counted(
    ray: Any,
    corpus: Corpus,
    groups: list[list[Source]],
    pretokenizer: Pretokenizer,
    progress: OnText | None,
) -> Iterator[BlockCounts]:
    count = ray.remote(num_cpus=1, max_retries=RETRIES)(_unit)
    # `_whole` reads no file: an OSError in it is Ray's own, of a node that died while it sent the counts.
    join = ray.remote(num_cpus=1, max_retries=RETRIES, retry_exceptions=[OSError])(_whole)
    splitting = ray.put(pretokenizer)
    most = AHEAD * max(int(ray.cluster_resources().get("CPU", 1)), 1)
    submitted: deque[tuple[int, Any]] = deque()
    following = 0
    for category in corpus.categories:
        while following < len(groups) and (not submitted or sum(units for units, _ in submitted) < most):
            units = groups[following]
            counted = [count.remote(unit, splitting) for unit in units]
            submitted.append((len(units), join.remote(*counted)))
            following += 1
        _, reference = submitted.popleft()
        whole: BlockCounts = ray.get(reference)
        if not len(whole.keys):
            raise CorpusError(
                f"category {category.name!r} is empty: it has no text; add text or leave it out"
            )
        if progress:
            progress(category.name, whole.text_bytes)
        yield whole


def _unit(source: Source, pretokenizer: Pretokenizer) -> BlockCounts:
    """Count one unit, on some node."""
    return count_unit(source, pretokenizer, None, IN_MEMORY).counted


def _whole(*parts: BlockCounts) -> BlockCounts:
    """Add up a category, on some node."""
    whole, text_sha256 = add_up_in_turn(parts, add_up_reseeded)
    return replace(whole, text_sha256=text_sha256)
