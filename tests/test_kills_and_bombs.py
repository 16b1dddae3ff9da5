"""Slices of benchmarks/kills.py and bombs.py: whatever a SIGKILL leaves behind, the next run repairs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "kills.py"


@pytest.mark.long
def test_killed_runs_leave_nothing_wrong_and_no_process():
    command = [sys.executable, str(SCRIPT), "--kills", "9", "--seed", "7", "--size", "60000"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert ": 0 outcomes differ, 0 processes left behind" in finished.stdout.splitlines()[-1]


@pytest.mark.long
def test_bombs_of_every_kind_are_refused():
    script = SCRIPT.with_name("bombs.py")
    # Seconds and megabytes depend on the machine: benchmarks/bombs.py alone, with its own bounds, is for those.
    command = [
        sys.executable,
        str(script),
        "--largest",
        "6e7",
        "--honest",
        "2e7",
        "--seconds",
        "60",
        "--memory",
        "4e9",
    ]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
