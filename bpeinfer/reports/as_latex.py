"""The main tables of a report as LaTeX, for the packages booktabs and graphicx; to be included with \\input."""

from __future__ import annotations

from bpeinfer.reports.document import Document, Table, visible

__all__ = ["as_latex"]

_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "≥": r"$\geq$", "≤": r"$\leq$",
    "–": "--", "−": "$-$", "…": r"\ldots{}",
}  # fmt: skip

_NEEDS = r"% Needs \usepackage{booktabs,graphicx}; tables wider than the text are made smaller."


def as_latex(document: Document) -> str:
    """Return the tables; non-ASCII characters in names stay as they are (UTF-8), except our own signs."""
    tables = [
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table) and block.main
    ]
    comment = " ".join(text.text for text in document.lead)
    head = [f"% {visible(line)}" for line in (document.title, document.subtitle, comment) if line]
    return "\n".join([*head, _NEEDS, *map(_table, tables)]) + "\n"


def _table(table: Table) -> str:
    kinds = "l" * table.words + "r" * (len(table.columns) - table.words)
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_escape(table.caption)}}}",
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        rf"\begin{{tabular}}{{{kinds}}}",
        r"\toprule",
        _line(table.columns),
        r"\midrule",
        *(_line(row) for row in table.rows),
        r"\bottomrule",
        r"\end{tabular}}",
        r"\end{table}",
    ]
    return "\n".join(lines)


def _line(cells: tuple[str, ...]) -> str:
    return " & ".join(map(_escape, cells)) + r" \\"


def _escape(text: str) -> str:
    return "".join(_SIGNS.get(character, character) for character in visible(text))
