"""Worker processes: none outlives its parent, and one that is killed gives a one-line error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bpeinfer.errors import WorkerError
from bpeinfer.workers import results_in_order, worker_pool

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are sent")


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
        status = Path(f"/proc/{process}/stat").read_text() if Path("/proc/self/stat").exists() else ") R"
    except (ProcessLookupError, FileNotFoundError):  # it may go between the two
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def gone(processes: list[int], seconds: float = 300) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(map(alive, processes)):
            return True
        time.sleep(0.05)
    return False


# A file of its own, as spawned processes import it; in each worker a task that would take for ever.
PROGRAM = """
    import os, sys, time
    from bpeinfer.workers import worker_pool

    def task(_):
        os.write(1, b"%d\\n" % os.getpid())  # in one piece, whatever the other worker prints
        time.sleep(600)

    if __name__ == "__main__":
        with worker_pool(2) as pool:
            list(pool.map(task, range(2)))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_its_parent(how, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(PROGRAM))
    parent = subprocess.Popen(
        [sys.executable, str(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    workers = [int(parent.stdout.readline()) for _ in range(2)]
    assert all(map(alive, workers))
    parent.send_signal(how)
    assert gone(workers)
    parent.wait(300)
    parent.stdout.close()


def end_myself(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_ended_from_outside_is_one_line_that_says_what_to_do():
    with (
        pytest.raises(WorkerError, match="ended from outside, perhaps for lack of memory; use fewer workers"),
        worker_pool(2) as pool,
    ):
        list(pool.map(end_myself, range(2)))


def test_an_error_in_a_task_comes_back_as_it_is():
    with pytest.raises(ValueError, match="invalid literal"), worker_pool(1) as pool:
        list(pool.map(int, ["x"]))


def test_a_slow_taker_finds_no_more_results_waiting_than_it_allows():
    begun = []

    def square(number):
        begun.append(number)
        return number**2

    with ThreadPoolExecutor(4) as pool:
        taken = 0
        for taken, result in enumerate(results_in_order(pool, square, range(40), ahead=3), 1):
            time.sleep(0.002)
            assert result == (taken - 1) ** 2
            assert len(begun) <= taken + 3
    assert taken == 40
