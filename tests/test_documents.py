"""What the documentation shows is run: examples in docstrings, README's Python and shell examples, notebooks."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import shlex
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import bpeinfer
from bpeinfer.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [README, *(page.read_text("utf-8") for page in sorted((ROOT / "docs").rglob("*.md")))]
# What needs the hub stands in blocks of ```py.
PYTHON = [code for page in PAGES for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL)]
# Shell examples are shown with their prompt; what follows is output and is not compared.
SHELL = re.findall(r"^\$ (bpeinfer .*)$", README, re.MULTILINE)
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WITH_EXAMPLES = [
    module.name
    for module in pkgutil.walk_packages(bpeinfer.__path__, "bpeinfer.")
    if ">>> " in Path(importlib.import_module(module.name).__file__).read_text("utf-8")
]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_in_docstrings_come_out_as_written(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted
    assert result.failed == 0


def test_the_readme_shows_both_doors():
    assert PYTHON
    assert SHELL


def test_every_command_is_in_the_readme():
    named = [command.name for command in app.registered_commands]
    named += [group.typer_instance.info.name for group in app.registered_groups]
    assert [name for name in named if f"| `bpeinfer {name}` |" not in README] == []


@pytest.mark.skipif(not (ROOT / ".ci").exists(), reason="a source distribution has no .ci")
def test_contributing_lists_the_parts_of_ci_in_their_order():
    parts = re.findall(r"^part (\w+) ", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)
    listed = re.findall(r"^\| `(\w+)` \|", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    assert listed == parts


@pytest.mark.long
@pytest.mark.parametrize("code", PYTHON, ids=range(len(PYTHON)))
def test_python_example_runs(code, tmp_path):
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.long
def test_shell_examples_run_in_their_order(tmp_path):
    """One after the other in one folder: an example may read what the one before it wrote."""
    program = "from bpeinfer.cli import main; main()"
    for line in SHELL:
        words = shlex.split(line, comments=True)
        command = [sys.executable, "-c", program, *words[1:]]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert result.returncode == 0, f"{line}: {result.stderr}"


@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_runs_from_top_to_bottom(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_is_stored_without_output(path):
    cells = nbformat.read(path, as_version=4).cells
    assert not any(cell.get("outputs") for cell in cells)
