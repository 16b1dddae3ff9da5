"""House rules that a machine can check: one-way imports, one module that imports the LP engine, none unlisted."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from radon.complexity import cc_visit
from radon.visitors import Class

import bpeinfer

ROOT = Path(bpeinfer.__file__).parent

# A module may import from its own room and from rooms above its own line.
ORDER = [
    "errors",
    "extras",
    "limits",
    "near_names",
    "progress",
    "workers",
    "files",
    "merges",
    "scripts",
    "token_text",
    "ragged",
    "reference",
    "pretokenize",
    "loading",
    "corpora",
    "counting",
    "sample_amounts",
    "provenance",
    "starting_symbols",
    "pair_ranks",
    "replay",
    "training",
    "baselines",
    "pair_forest",
    "interval_sums",
    "trajectory",
    "pair_changes",
    "pair_history",
    "pair_sketch",
    "pair_counts",
    "solving",
    "diagnostics",
    "reports",
    "inspection",
    "sizing",
    "estimate_views",
    "stored_estimate",
    "expectation",
    "side_by_side",
    "estimate",
    "inference",
    "promises",
    "ranking",
    "membership",
    "many",
    "validation",
    "testing",
    "experiments",
    "cli",
    "__main__",
]


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Every module that a file imports, at the top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MODULES = sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    here = room(path)
    assert here in ORDER, f"{here} has no place in the flow: give it one in tests/test_house.py"
    above = ORDER[: ORDER.index(here) + 1]
    used = {name.split(".")[1] for name in imports(path) if name.startswith("bpeinfer.") and name.count(".")}
    strangers = {name for name in used if (ROOT / name).exists() or (ROOT / f"{name}.py").exists()} - set(
        above
    )
    assert not strangers, f"{path.relative_to(ROOT)} imports {strangers}, which come after it in the flow"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_and_modules_are_short(path):
    """Cyclomatic complexity up to 15, as radon counts it; more than 300 lines only with a reason in the docstring."""
    text = path.read_text("utf-8")
    branchy = [f"{block.name} ({block.complexity})" for block in cc_visit(text) if block.complexity > 15]
    branchy += [
        f"{block.name}.{method.name} ({method.complexity})"
        for block in cc_visit(text)
        if isinstance(block, Class)
        for method in block.methods
        if method.complexity > 15
    ]
    assert branchy == []
    reason = "More than 300 lines" in (ast.get_docstring(ast.parse(text)) or "")
    assert (len(text.splitlines()) > 300) == reason


def test_only_one_module_imports_the_lp_engine():
    users = {path for path in MODULES if any(name.split(".")[0] == "highspy" for name in imports(path))}
    assert users == {ROOT / "solving" / "highs.py"}


def test_public_names_are_there_and_documented():
    for name in bpeinfer.__all__:
        assert getattr(bpeinfer, name).__doc__, f"{name} has no docstring"
