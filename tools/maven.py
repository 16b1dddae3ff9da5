"""Sources of Java and Kotlin libraries from Maven's central repository, fetched by the `mvn` client."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

__all__ = ["COMMAND", "copy_sources", "unpack_sources"]

COMMAND = ("mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=jars")
"""What `copy_sources` runs: the jars that a project of no code depends on, without what those depend on."""

_DEPENDENCY = (
    "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version><classifier>sources</classifier>"
    "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>\n"
)
_PROJECT = (
    "<project><modelVersion>4.0.0</modelVersion><groupId>wanted</groupId><artifactId>wanted</artifactId>"
    "<version>1</version><packaging>pom</packaging><dependencies>\n{}</dependencies></project>\n"
)


def copy_sources(
    wanted: Sequence[tuple[str, str]], work: Path, run: Callable[[list[str]], None]
) -> list[Path | None]:
    """Copy the source jars of some artifacts into `work`/jars in one call of the client.

    `wanted` has names "group:artifact" with versions; `run` calls the client in `work`. Returns the jar of each, None
    where there is none.
    """
    rows = (
        _DEPENDENCY.format(*(escape(part) for part in (*name.split(":"), version)))
        for name, version in wanted
    )
    (work / "pom.xml").write_text(_PROJECT.format("".join(rows)))
    run(list(COMMAND))
    places = [work / "jars" / f"{name.split(':')[1]}-{version}-sources.jar" for name, version in wanted]
    return [place if place.is_file() else None for place in places]


def unpack_sources(jar: Path, root: Path) -> None:
    """Unpack the source files and notices of a jar into a folder; what else it carries is left out."""
    with zipfile.ZipFile(jar) as archive:
        for member in archive.infolist():
            if member.filename.endswith((".java", ".kt")) or member.filename.upper().startswith("META-INF/"):
                archive.extract(member, root)
