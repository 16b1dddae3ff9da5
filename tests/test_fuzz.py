"""A slice of the fuzz driver: every command with damaged files of every format."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bpeinfer.cli import app


def commands() -> set[str]:
    found = {str(command.name) for command in app.registered_commands}
    for group in app.registered_groups:
        name = group.typer_instance.info.name
        found |= {f"{name} {command.name}" for command in group.typer_instance.registered_commands}
    return found


DRIVER = Path(__file__).parents[1] / "benchmarks" / "fuzz.py"


def test_every_command_is_fuzzed(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(DRIVER.parent)
    fuzz_calls = importlib.import_module("fuzz_calls")
    files = {kind: [tmp_path / kind] for kind in ("counts", "result", "rows")}
    files["tokenizer"] = [tmp_path / "tokenizer.json"]
    files["sample"] = [tmp_path / f"{letter}.txt" for letter in "abcdefg"]
    for path in (path for paths in files.values() for path in paths):
        path.write_text("the text of a file\n")
    groups = {group.typer_instance.info.name for group in app.registered_groups}
    fuzzed = set()
    for number in range(400):
        folder = tmp_path / str(number)
        folder.mkdir()
        command, *rest = fuzz_calls.command_line(0, number, files, folder)
        fuzzed.add(f"{command} {rest[0]}" if command in groups else command)
    assert fuzzed == commands()


@pytest.mark.long
def test_damaged_files_and_odd_options_give_clean_runs_or_one_line_errors():
    done = subprocess.run(
        [sys.executable, str(DRIVER), "--calls", "160", "--seed", "7"],
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ran = int(re.search(r"([\d,]+) ran,", done.stdout)[1].replace(",", ""))
    assert ran >= 48
