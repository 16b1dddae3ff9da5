"""The small projects of `code_projects.tsv`, which `choose_projects.py` wrote."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packages import Package

TABLE = Path(__file__).with_name("code_projects.tsv")


@dataclass(frozen=True, slots=True)
class Project:
    """A package with files of one kind, its licence and who holds the rights."""

    kind: str
    package: Package
    licence: str
    holders: str


@cache
def _table() -> tuple[Project, ...]:
    rows = (line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines())
    return tuple(
        Project(kind, Package(registry, name), licence, holders)
        for kind, registry, name, licence, holders in rows
    )


def all_packages() -> frozenset[Package]:
    """The packages of every kind."""
    return frozenset(project.package for project in _table())


def projects(*kinds: str) -> tuple[Project, ...]:
    """The projects of some kinds, each package once."""
    found = {project.package: project for kind in kinds for project in _table() if project.kind == kind}
    return tuple(found.values())
