"""What the pack says of its sources: the manifest's rows and ATTRIBUTION.md."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from catalogue import Category, Source


def manifest_row(
    category: Category, data: bytes, used: Sequence[tuple[Source, str, int, int]]
) -> dict[str, object]:
    """A category's entry in the manifest; `used` has each source's version, documents and bytes."""
    return {
        "name": category.name,
        "title": category.title,
        "group": category.group,
        "file": f"{category.name}.jsonl.xz",
        "documents": sum(documents for _, _, documents, _ in used),
        "bytes": sum(size for _, _, _, size in used),
        "sha256": hashlib.sha256(data).hexdigest(),
        "sources": [
            {
                "name": source.name,
                "register": "code" if category.group == "code" else source.register,
                "registry": source.package.registry,
                "package": source.package.name,
                "version": version,
                "licence": source.licence,
                "attribution": source.attribution,
                "documents": documents,
                "bytes": size,
            }
            for source, version, documents, size in used
        ],
    }


def attribution_text(rows: list[dict[str, object]]) -> str:
    """The text of ATTRIBUTION.md: who wrote what, under which licence, in which category."""
    lines = [
        "# Where the starter pack's text comes from",
        "",
        "Each category is a sample of published packages, shipped as data for measuring tokenizers. The",
        "texts stay under their own licences, named below by their SPDX names where there is one; they",
        "are not under bpeinfer's licence. What was changed: markup, menus, repeated lines and",
        "untranslated passages were taken out of prose, and long texts cut; source files are as written",
        "but for control characters, in pieces of about 2.5 kB. Word-frequency lists were strung into text:",
        "words drawn by their frequencies, with the marks and capitals of the category's other sources.",
        "Only some documents of each package, chosen by a hash of their names, are included.",
        "Collections of quotations hold short quotations by many authors; their licence is the collection's.",
        "`tools/build_starter.py` rebuilds the pack; `manifest.json` has the same list to be read by programs,",
        "with sizes and hashes, and every document names its source.",
        "",
    ]
    for row in rows:
        lines += [f"## {row['name']}: {row['title']}", ""]
        sources = row["sources"]
        assert isinstance(sources, list)
        for source in sources:
            lines.append(
                f"- {source['registry']} `{source['package']}` {source['version']}: {source['attribution']}. "
                f"Licence: {source['licence']}."
            )
        lines.append("")
    return "\n".join(lines)
