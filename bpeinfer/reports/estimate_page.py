"""A mixture estimate as a page of text and as HTML, from the plain data of `MixtureEstimate.to_dict`.

More than 300 lines: the lines of one page, in their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from bpeinfer.reports.choices import CHOICES_CAPTION, beyond_in_windows, choices_of
from bpeinfer.reports.columns import all_of
from bpeinfer.reports.numbers import (
    BOUNDED,
    INTERVALS,
    advice_of,
    decimals_of,
    digits,
    ends_as_text,
    ends_of,
    known_together,
    of_the_rest,
    outside_as_text,
    share_as_text,
    shown_from,
    too_few_to_tell,
    with_a_row,
    with_languages,
)
from bpeinfer.reports.quotable import parts_of
from bpeinfer.reports.size import origin_lines
from bpeinfer.reports.terminal import escape_text, show_token, words_first
from bpeinfer.scripts import scripts_of

__all__ = ["estimate_as_html", "estimate_as_text", "in_short", "of_language", "withheld_lines"]

BAR_WIDTH = 16

# Longer names are cut in tables; the JSON has them whole.
LONGEST_NAME = 40
# Categories named in the line of shares without neutral text.
LARGEST = 3
# Entries that were ruled out, named at most.
RULED_OUT = 6
TOGETHER = 5
# Registers or variants named of a language that was left out, at most.
NAMES = 2
# Merges that lack support and letters that no sample has, shown at most.
SHOWN = 12

Result = Mapping[str, Any]


class _Row(NamedTuple):
    """One line of the table: its cells, formatted, and the length of its bar from 0 to 1."""

    cells: tuple[str, ...]
    bar: float = 0.0
    title: str = ""


def estimate_as_text(result: Result, *, force: bool = False) -> str:
    """Return the page that ``bpeinfer infer`` prints: tokenizer, shares, groups, certificate, fit.

    Args:
        result: plain data of an estimate.
        force: show shares even where the result says that they should be withheld.
    """
    if result["withheld"] and not force:
        return "\n".join([_headline(result), "", *withheld_lines(result), "", *_footer(result)])
    rows = [_Row(_heads(result)), *_rows(result)]
    wide = [max(map(len, column)) for column in zip(*(row.cells for row in rows), strict=True)]
    lines = [
        f"{row.cells[0]:<{wide[0]}}  "
        + "".join(f"{cell:>{width}}  " for cell, width in zip(row.cells[1:], wide[1:], strict=True))
        + f"{'█' * round(row.bar * BAR_WIDTH) or ('▏' if row.bar else ''):<{BAR_WIDTH}}  {row.title}"
        for row in rows
    ]
    warning = [result["withheld"], ""] if result["withheld"] else []
    if not warning and result["verdict"] == "poor":  # said before the shares, not after them
        warning = [_verdict(result), ""]
    return "\n".join(
        [
            _headline(result),
            "",
            *warning,
            *(line.rstrip() for line in lines),
            "",
            *_of_the_rest(result),
            *_look(result),
            *(line for line in _footer(result) if line not in warning),
            *_choices(result),
        ]
    )


def in_short(result: Result) -> str:
    """Return one line: the tokenizer, its three largest shares, the verdict."""
    parts = parts_of(result) or result["categories"]
    most = decimals_of(result)
    shares = [
        f"{_short(part['name'])} "
        f"{share_as_text(part['byte_share'], ends_of(part, 'total_interval', 'byte_share'), most)} %"
        for part in parts[:3]
    ]
    said = "no shares shown" if result["withheld"] else ", ".join(shares)
    return f"{escape_text(result['tokenizer']['name'])}: {said}; {result['verdict']}"


def estimate_as_html(result: Result) -> str:
    """Return the same page as an HTML fragment, for notebooks."""
    if result["withheld"]:
        lines = [_headline(result), *withheld_lines(result), *_footer(result)]
        return "<p>" + "<br>".join(map(escape, lines)) + "</p>"
    body = []
    for row in _rows(result):
        style = f"background:#4c78a8;height:0.8em;width:{row.bar * 16:.2f}em"
        cells = [
            *map(escape, row.cells),
            f'<div style="{style}"></div>' if row.bar else "",
            escape(row.title),
        ]
        body.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return (
        f"<p>{escape(_headline(result))}</p><table><thead><tr>"
        + "".join(f"<th>{escape(head)}</th>" for head in (*_heads(result), "", ""))
        + "</tr></thead><tbody>"
        + "".join(body)
        + "</tbody></table><p>"
        + "<br>".join(map(escape, _footer(result)))
        + "</p>"
    )


def _heads(result: Result) -> tuple[str, ...]:
    intervals = ("total 95 %", "sampling 95 %") if result["resamples"] else ()
    baselines = (f"{name} %" for name in result["categories"][0].get("baselines", ()))
    return ("category", "bytes %", *intervals, "pairs %", *baselines)


def _rows(result: Result) -> list[_Row]:
    categories = result["categories"]
    top = max(category["byte_share"] for category in categories)
    large = with_a_row(result)
    small = [category for category in categories if category not in large]
    rows = _outside_rows(result)
    decimals = decimals_of(result)
    rows += [
        _row(entry, 0.0 if "names" in entry else entry["byte_share"] / top, decimals)
        for entry in with_languages(result, large)
    ]
    if small:
        rows.append(_row(_sum(f"({len(small)} below {shown_from(result)})", small), 0.0, min(decimals, 1)))
    if result["groups"]:
        rows += [_Row(("",) * len(_heads(result))), *_outside_rows(result)]
        rows += [_row(part, 0.0, decimals) for part in parts_of(result)]
    return rows


def _sum(name: str, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Sum shares; the sum has no interval, since it does not follow from the parts' intervals."""
    total: dict[str, Any] = {
        unit: sum(entry[unit] for entry in entries) for unit in ("byte_share", "pair_share")
    }
    if "baselines" in entries[0]:
        names = entries[0]["baselines"]
        total["baselines"] = {by: sum(entry["baselines"][by] for entry in entries) for by in names}
    for kind in INTERVALS:
        if kind in entries[0]:
            total[kind] = None
    return {"name": name} | total


def _row(entry: Mapping[str, Any], bar: float = 0.0, decimals: int = 2) -> _Row:
    of_bytes, of_pairs = (
        share_as_text(entry[unit], ends_of(entry, "total_interval", unit), decimals)
        for unit in ("byte_share", "pair_share")
    )
    cells = [_short(entry["name"]), of_bytes]
    cells += [
        ends_as_text(ends_of(entry, kind, "byte_share"), most=decimals) for kind in INTERVALS if kind in entry
    ]
    cells.append(of_pairs)
    cells += [f"{100 * share:.2f}" for share in entry.get("baselines", {}).values()]
    title = (entry.get("title") or "").replace(": ", " like: ", 1)
    return _Row(tuple(cells), bar, escape_text(title))


def _outside_rows(result: Result) -> list[_Row]:
    """Return the row for text of none of the categories' kinds, if there is any; its bound is on pairs."""
    if not result["not_in_categories"]["at_least"]:
        return []
    heads = _heads(result)
    cells = {heads[0]: "not in these categories", "pairs %": outside_as_text(result)}
    return [_Row(tuple(cells.get(head, "") for head in heads))]


def withheld_lines(result: Result) -> list[str]:
    """Say why there is no table, what the text that no category has looks like, and which categories are nearest."""
    at_least = f"at least {100 * result['not_in_categories']['at_least']:.0f} %"
    lines = [result["withheld"], *_look(result)]
    if result["not_in_categories"]["at_least"] and at_least not in result["withheld"]:
        lines.insert(0, f"not in these categories: {at_least} of the training text's pairs")
    if result["nearest"]:
        another = "; it may be their language in another register" if _has_letters(result) else ""
        lines.append(f"nearest categories: {', '.join(map(_short, result['nearest']))}{another}")
    return [*lines, "(--force shows the shares anyway)"]


def _has_letters(result: Result) -> bool:
    """Say whether most of the text that no category explains is in scripts of which the samples lack no letters."""
    outside = result["not_in_categories"]
    lacking = set(scripts_of(outside["letters"]).values())
    known = [float(share) for script, share in outside["scripts"].items() if script not in lacking]
    return sum(known) > 0.5


def _of_the_rest(result: Result) -> list[str]:
    """Say what shares are shares of where part of the text is in no category."""
    said = of_the_rest(result)
    return [said] if said else []


def _look(result: Result) -> list[str]:
    """Describe the text that no category has: script, letters, merges."""
    outside = result["not_in_categories"]
    if not outside["at_least"]:
        return []
    lines = []
    scripts = [f"{script} {100 * share:.0f} %" for script, share in list(outside["scripts"].items())[:3]]
    look = [*([f"script {', '.join(scripts)}"] if scripts else []), *outside["look"]]
    if look:
        lines.append(f"what no category explains: {'; '.join(look)}")
    if outside["letters"]:
        lines.append(f"letters not in any sample: {' '.join(map(escape_text, outside['letters'][:SHOWN]))}")
    tokens = [show_token(example["token"]) for example in words_first(outside["examples"])[:SHOWN]]
    return [*lines, f"merges that lack support: {', '.join(tokens)}"]


def _headline(result: Result) -> str:
    tokenizer = result["tokenizer"]
    name = escape_text(tokenizer["name"], keep="\\")
    return f"{name} ({tokenizer['format']}, {tokenizer['merges']:,} merges)"


def _together(same: Result, most: int) -> str:
    """Name categories of whose shares only the sum is known."""
    return known_together(same, all_of([_short(name) for name in same["names"]]), " - ", most)


def _short(name: str) -> str:
    """Return a name safe to print, cut where it would make a table too wide."""
    shown = escape_text(name)
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"


def _verdict(result: Result) -> str:
    return f"{result['verdict']}: {advice_of(result)}"


def _footer(result: Result) -> list[str]:
    certificate, first, last = result["certificate"], result["first_merge"], result["merges"]
    absent = result["merges_absent"]
    by_chance = "; only those frequent enough to be expected there lack support" if absent else ""
    used = f"merges {first:,} to {last - 1:,}: {result['merges_used']:,} used"
    seconds = ", ".join(f"{phase} {time:.1f}" for phase, time in result["seconds"].items() if time > 0.01)
    return [
        *of_language(result),
        *_ruled_out(result),
        *_not_chosen(result),
        *_simplest(result),
        *_windows(result),
        *(_together(same, decimals_of(result)) for same in result["indistinguishable"]),
        _verdict(result),
        *_lacking(result),
        f"fit: {result['fit']['reason']}",
        *origin_lines(result),
        f"{used}, {absent:,} absent from all samples ({100 * absent / (last - first):.1f} %{by_chance})",
        f"disagreement {certificate['objective']:.4g} (at least {certificate['lower_bound']:.4g}, "
        f"gap {certificate['gap']:.1e}; {certificate['status']})",
        f"seconds: {seconds}",
        *("note: " + escape_text(note, keep="\\") for note in result["notes"]),
    ]


def _lacking(result: Result) -> list[str]:
    """Name the merges that lack support where the advice speaks of them and no other line has them."""
    examples = words_first(result["fit"]["examples"])[:SHOWN]
    said = not result["withheld"] and "a kind of text may be missing" in advice_of(result)
    if not said or not examples or result["not_in_categories"]["at_least"]:
        return []
    return [f"merges that lack support: {', '.join(show_token(example['token']) for example in examples)}"]


def of_language(result: Result) -> list[str]:
    """Return the shares of groups and of the largest samples in the text without the neutral group."""
    if result["withheld"]:
        return []
    most = decimals_of(result)

    def listed(entries: Sequence[Mapping[str, Any]]) -> str:
        parts = []
        for entry in entries:
            share = entry.get("without_neutral", {}).get("byte_share", 0.0)
            if share >= BOUNDED:
                ends = ends_of(entry, "total_interval", "byte_share")
                places = min(digits(ends) if ends else 1, most)
                parts.append(f"{_short(entry['name'])} {100 * share:.{places}f}")
        return ", ".join(parts)

    said = [text for text in (listed(result["groups"]), listed(result["categories"][:LARGEST])) if text]
    return [f"not counting neutral text, bytes %: {'; by sample '.join(said)}"] if said else []


def _ruled_out(result: Result) -> list[str]:
    """Name the categories that were left out because the list does not show merges that they would have brought."""
    entries = result.get("ruled_out", [])
    if result["withheld"] or not entries:
        return []
    parts = []
    for entry in entries[:RULED_OUT]:
        names = ", ".join(_short(name) for name in entry["names"][:NAMES])
        if len(entry["names"]) > NAMES:
            names += f" and {len(entry['names']) - NAMES} like them"
        own, examples = entry["found"] + entry["missing"], entry["examples"][:2]
        but = f", not {', '.join(show_token(token) for token in examples)}" if examples else ""
        but = but if entry["missing"] else ", too few to tell"
        parts.append(f"{names} (has {entry['found']:,} of {own:,}{but})" if own else f"{names} (none)")
    more = f"; and {len(entries) - RULED_OUT} more" if len(entries) > RULED_OUT else ""
    said = [f"left out, for the list hardly shows merges of their own: {'; '.join(parts)}{more}"]
    together = result.get("ruled_out_together")
    if together and together["speaks"]:
        tokens = ", ".join(show_token(token) for token in together["examples"][:TOGETHER])
        said.append(
            f"some of what was left out may be there, it cannot be said which: the list has {together['found']:,} of "
            f"{together['found'] + together['missing']:,} merges that these own only together ({tokens}, …); the total "
            "intervals reach to the shares with all of them"
        )
    return said


def _not_chosen(result: Result) -> list[str]:
    """Say what categories that were not chosen would have, and thus what these shares are shares of."""
    found = result.get("not_chosen")
    if result["withheld"] or not found:
        return []
    share, least = (f"{100 * (1 - of['byte_share']):.1f}" for of in (found, found["at_most"]))
    many, at_least = found["categories"], f" (at least {least})" if least != share else ""
    said = (
        f"with the {f'{many:,} categories' if many > 1 else 'one category'} that {_was(many)} not chosen beside them, "
        f"those chosen have {share} % of the bytes{at_least}"
    )
    for present, begins, most in ((True, "in the list", RULED_OUT), (False, "not clear", RULED_OUT // 2)):
        kinds = [kind for kind in found["kinds"] if kind["present"] is present]
        more = f", and {len(kinds) - most} more" if len(kinds) > most else ""
        if kinds:
            said += f"; {begins}: {', '.join(map(_kind, kinds[:most]))}{more}"
    return [said]


def _was(many: int) -> str:
    return "were" if many > 1 else "was"


def _kind(kind: Result) -> str:
    """Return a kind that was not chosen with its share, and the merges that speak for it."""
    tokens = "".join(f", {show_token(token)}" for token in kind["examples"][:2])
    few = ", too few to tell" if too_few_to_tell(kind) else ""
    own = f"{kind['found']:,} of {kind['found'] + kind['missing']:,} own merges{few}{tokens}"
    names = f"{_short(kind['names'][0])}{' and its like' if len(kind['names']) > 1 else ''}"
    return f"{names} {100 * kind['byte_share']:.1f} ({own})"


def _simplest(result: Result) -> list[str]:
    """Name the categories of a simpler mixture that fits about as well, if one was sought."""
    if result["withheld"] or not (found := result.get("simplest")):
        return []
    parts = ", ".join(
        f"{_short(part['name'])} {100 * part['byte_share']:.1f}" for part in found["categories"]
    )
    return [f"simplest mixture, bytes % (disagreement {100 * found['rise']:.1f} % higher): {parts}"]


def _windows(result: Result) -> list[str]:
    """Return the shares that each window of merges gives the groups, or else the three largest categories."""
    lines = []
    for window in result["windows"]:
        parts = sorted(window["groups"] or window["categories"], key=lambda part: -part["byte_share"])
        parts = parts if window["groups"] else parts[:3]
        shares = (
            f"{_short(part['name'])} "
            f"{share_as_text(part['byte_share'], ends_of(part, 'total_interval', 'byte_share'), decimals_of(result))}"
            for part in parts
        )
        lines.append(f"merges {window['first']:,} to {window['last']:,} alone, bytes %: {', '.join(shares)}")
    beyond = beyond_in_windows(result)
    return [*lines, escape_text(beyond)] if beyond else lines


def _choices(result: Result) -> list[str]:
    """Return the sensitivity table as lines."""
    table = choices_of(result)
    if table is None:
        return []
    cells = [tuple(map(_short, row)) for row in (table.columns, *table.rows)]
    wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        f"{row[0]:<{wide[0]}}"
        + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], wide[1:], strict=True))
        for row in cells
    )
    return ["", f"{CHOICES_CAPTION}:", *lines, *([escape_text(table.beyond)] if table.beyond else [])]
