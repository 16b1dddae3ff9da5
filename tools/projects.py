"""The small projects of the code categories: `code_projects.tsv`, which `choose_projects.py` wrote, and picked ones.

`picked_projects.tsv` has projects of kinds of code of which Debian has few, or whose copyright files no program can
read: kind, registry, name and version (`name@version`; apt keeps one version only), licence, holders, and a regular
expression for paths of what is not the project's own; where a package holds several projects, the folder of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packages import Package

TABLE = Path(__file__).with_name("code_projects.tsv")
PICKED = Path(__file__).with_name("picked_projects.tsv")


@dataclass(frozen=True, slots=True)
class Project:
    """A package with files of one kind, its licence and who holds the rights.

    `leave_out` is a regular expression for paths of what the project bundles, `under` the folder of one project
    of a package that holds several.
    """

    kind: str
    package: Package
    licence: str
    holders: str
    leave_out: str = ""
    under: str = ""

    @property
    def name(self) -> str:
        """The package's name, with the folder for one of several projects in a package."""
        return f"{self.package.name}/{self.under.rpartition('/')[2]}" if self.under else self.package.name


def _package(registry: str, named: str) -> Package:
    """The package of `name` or `name@version`; the name itself may begin with @."""
    name, _, version = named.rpartition("@") if "@" in named[1:] else (named, "", "")
    return Package(registry, name, version)


@cache
def _table() -> tuple[Project, ...]:
    rows = [
        line.split("\t")
        for table in (TABLE, PICKED)
        for line in table.read_text(encoding="utf-8").splitlines()
    ]
    return tuple(
        Project(kind, _package(registry, named), licence, holders, *rest)
        for kind, registry, named, licence, holders, *rest in rows
    )


def all_packages() -> frozenset[Package]:
    """The packages of every kind."""
    return frozenset(project.package for project in _table())


def projects(*kinds: str) -> tuple[Project, ...]:
    """The projects of some kinds, each once."""
    found = {project.name: project for kind in kinds for project in _table() if project.kind == kind}
    return tuple(found.values())
