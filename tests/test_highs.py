"""The LP engine: whatever it prints, standard output stays clean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest


def run_python(code: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=120, **options
    )


@pytest.mark.parametrize("method", ["row-generation", "whole-lp", "interior-point"])
def test_json_is_all_there_is_on_stdout_with_every_method(method, small, tmp_path):
    for name, text in (
        ("a", "the cat and the hat"),
        ("b", "in the end there was"),
        ("c", "the rest of it all"),
    ):
        (tmp_path / f"{name}.txt").write_text(f"{text}\n" * 50)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bpeinfer", "infer", str(small), "--corpus", str(tmp_path)),
            *("--merges", "20", "--resamples", "0", "--method", method, "--json"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["categories"]) == 3


def test_what_c_code_prints_is_lost_and_what_python_prints_before_and_after_is_kept():
    done = run_python(
        """
        import ctypes, sys
        from bpeinfer.solving.highs import silenced
        print("before")
        with silenced():
            ctypes.CDLL(None).puts(b"banner")
        print("after")
        """
    )
    assert (done.stdout, done.stderr) == ("before\nafter\n", "")


def test_threads_that_make_models_at_the_same_time_leave_standard_output_open():
    done = run_python(
        """
        import os
        from concurrent.futures import ThreadPoolExecutor
        from bpeinfer.solving.highs import Model, silenced
        with silenced():  # descriptors of libraries' own are open from now on
            Model()
        before = sorted(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else []
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: Model(), range(64)))
        after = sorted(os.listdir("/proc/self/fd")) if before else []
        assert before == after, (before, after)
        print("still here")
        """
    )
    assert (done.stdout, done.stderr) == ("still here\n", "")


@pytest.mark.skipif(os.name == "nt", reason="descriptors are closed by the shell's syntax")
def test_a_closed_standard_output_is_no_hindrance(tmp_path):
    code = "from bpeinfer.solving.highs import Model; Model(); open('done', 'w').write('yes')"
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "{sys.executable}" -c "{code}" >&-'],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "done").read_text() == "yes"
