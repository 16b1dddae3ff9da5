"""What the documents show is run: the README's Python and shell examples, and the notebooks."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
# Shell examples are shown with their prompt; what follows is output and is not compared.
SHELL = re.findall(r"^\$ (bpeinfer .*)$", README, re.MULTILINE)
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_the_readme_shows_both_doors():
    assert PYTHON
    assert SHELL


@pytest.mark.long
@pytest.mark.parametrize("code", PYTHON, ids=range(len(PYTHON)))
def test_python_example_runs(code, tmp_path):
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.long
@pytest.mark.parametrize("line", SHELL)
def test_shell_example_runs(line, tmp_path):
    words = shlex.split(line, comments=True)
    program = "from bpeinfer.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", program, *words[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_runs_from_top_to_bottom(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_is_stored_without_output(path):
    cells = nbformat.read(path, as_version=4).cells
    assert not any(cell.get("outputs") for cell in cells)
