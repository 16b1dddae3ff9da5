"""A slice of the fuzz driver: every command with damaged files of every format."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = Path(__file__).parents[1] / "benchmarks" / "fuzz.py"


@pytest.mark.long
def test_damaged_files_and_odd_options_give_clean_runs_or_one_line_errors():
    done = subprocess.run(
        [sys.executable, str(DRIVER), "--calls", "300", "--seed", "7"],
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ran = int(re.search(r"([\d,]+) ran,", done.stdout)[1].replace(",", ""))
    assert ran >= 90
