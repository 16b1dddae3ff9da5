"""A mixture estimate as a report to hand over: what can be quoted, with which intervals, and how it was made.

More than 300 lines: the sections of one report, in its order.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bpeinfer.reports.choices import CHOICES_CAPTION, beyond_in_windows, choices_of
from bpeinfer.reports.columns import all_of
from bpeinfer.reports.document import Block, Document, Items, Ranges, Row, Section, Stacks, Table, Text
from bpeinfer.reports.estimate_page import of_language, withheld_lines
from bpeinfer.reports.made_with import (
    MARK,
    citing_section,
    origin_section,
    reading_section,
    run_section,
    section_of,
    tokenizer_section,
)
from bpeinfer.reports.numbers import (
    NEUTRAL,
    SMALL,
    advice_of,
    decimals_of,
    ends_as_text,
    ends_of,
    has_intervals,
    known_together,
    of_the_rest,
    outside_as_text,
    share_as_text,
    shown_from,
    standing_of,
    with_a_row,
    with_languages,
)
from bpeinfer.reports.quotable import in_a_sum, parts_of, quotable_parts
from bpeinfer.reports.terminal import words_first
from bpeinfer.reports.units import ends_in, known_units, shares_in

__all__ = ["estimate_document", "in_words", "records_of"]

Result = Mapping[str, Any]


_VERDICTS = {
    "good": "The shares below can be quoted, each with its total interval.",
    "doubtful": "Only sums over groups can be quoted, with their total intervals; single categories cannot.",
    "poor": "No share can be quoted.",
}
_EXCEPT = "The shares below can be quoted, each with its total interval, except those named next."
_NONE = (
    "No share can be quoted, though the samples explain the merges: each interval is too wide to say much."
)
_NO_SUMS = "No share can be quoted: single categories are too uncertain, and no group has several of them to sum over."
# Columns of figures on own merges, and where each comes from.
_OWN = {"standing": "standing", "own_merges_found": "found", "own_merges_missing": "missing"}
_UNQUOTABLE = ": not to be quoted, for the samples do not explain the merges"
# Categories that the picture shows, and tokens in each list.
PICTURED, TOKENS, WORDS = 12, 20, 8
# Least byte share for which a part is named in the sentence to quote.
SAID = 0.01
# Parts named at most where the sentence says of which no share can be quoted.
SPELLED_OUT = 5


def estimate_document(result: Result, *, force: bool = False) -> Document:
    """Return the report of one result.

    Args:
        result: plain data of an estimate.
        force: show shares even where the result says that they should be withheld.
    """
    tokenizer = result["tokenizer"]
    shown = force or not result["withheld"]
    sections = [
        *(
            _shares(result)
            if shown
            else [section_of("What is known about the text", Items(tuple(withheld_lines(result)[:-1])))]
        ),
        *(_in_units(result) if shown else []),
        *(_rests_on(result) if shown else []),
        *(_ruled_out(result) if shown else []),
        *(_not_chosen(result) if shown else []),
        *(_simplest(result) if shown else []),
        *(_drift(result) if shown else []),
        _unexplained(result),
        *(_sensitivity(result) if shown else []),
        origin_section(result),
        tokenizer_section(result),
        run_section(result),
        reading_section(),
        citing_section(result),
    ]
    return Document(
        title=f"What was {tokenizer['name']} trained on?",
        subtitle=f"{tokenizer['format']}, {tokenizer['merges']:,} merges",
        verdict=result["verdict"],
        lead=_lead(result, shown),
        sections=tuple(section for section in sections if section.blocks),
        records=tuple(records_of(result, force=force)),
    )


def in_words(result: Result) -> str:
    """Return one sentence that can be quoted, or "" if the verdict is that nothing can."""
    parts = quotable_parts(result)
    if not parts:
        return ""
    large = [part for part in parts if part["byte_share"] >= SAID]
    most = decimals_of(result)
    said = [
        f"{share_as_text(part['byte_share'], ends, most)} %{_between(ends, most)} "
        f"{'' if place else 'are '}like {_kind(part)}"
        for place, part in enumerate(large)
        for ends in [ends_of(part, "total_interval", "byte_share")]
    ]
    rest = _rest(
        [part for part in parts if part not in large], "group of samples" if result["groups"] else "sample"
    )
    quoted = {part["name"] for part in parts}
    left_out = [
        part["name"]
        for part in parts_of(result) or result["categories"]
        if part["name"] not in quoted
        and max(ends_of(part, "total_interval", "byte_share"), default=1.0) > SAID
    ]
    return (
        f"Of the bytes of the text that the tokenizer {result['tokenizer']['name']} was trained on, "
        f"{', '.join(said)}{rest}{_left_out(left_out)} (in brackets: 95 % total intervals)."
    )


def _left_out(names: Sequence[str]) -> str:
    """Name the parts of which the sentence does not speak."""
    if not names:
        return ""
    more = f" and {len(names) - SPELLED_OUT} more" if len(names) > SPELLED_OUT else ""
    quoted = ", ".join(f"“{name}”" for name in names[:SPELLED_OUT])
    return f"; of {quoted}{more} no share can be quoted"


def _rest(small: Sequence[Mapping[str, Any]], kind: str) -> str:
    """Return what is said about the parts too small to be named: the highest end of their intervals."""
    if not small:
        return ""
    highest = [ends_of(part, "total_interval", "byte_share")[1] for part in small]
    most = math.ceil(200 * max([SAID, *highest])) / 2
    return f", and at most {most:g} % like any other {kind}"


def records_of(result: Result, *, force: bool = False) -> list[dict[str, Any]]:
    """Return a plain row for each group, language and category, and each kind not chosen that would have a share.

    Shares and ends of intervals are from 0 to 1. If the result withholds shares, they are None unless `force`. The
    `standing` says of a category that it was left out, and of a kind not chosen whether it is in the list; both have
    how many of their own merges the list has and lacks.
    """
    rows = []
    shown = force or not result["withheld"]
    left_out = {
        name: entry | {"standing": "left out"}
        for entry in result.get("ruled_out", ())
        for name in entry["names"]
    }
    not_chosen = [
        kind | {"name": ", ".join(kind["names"]), "standing": standing_of(kind)}
        for kind in (result.get("not_chosen") or {"kinds": ()})["kinds"]
    ]
    about = {
        "not_in_categories_at_least": result["not_in_categories"]["at_least"],
        "first_merge": result["first_merge"],
        "merges": result["merges"],
        "verdict": result["verdict"],
    }
    kinds: dict[str, Sequence[Mapping[str, Any]]] = {
        "group": result["groups"],
        "language": result.get("languages", ()),
        "category": result["categories"],
        "not chosen": not_chosen,
    }
    for kind, entries in kinds.items():
        for entry in entries:
            row = {
                "tokenizer": result["tokenizer"]["name"],
                "kind": kind,
                "name": entry["name"],
                "group": entry.get("group"),
                "title": entry.get("title"),
            }
            for unit in ("byte_share", "pair_share"):
                row[unit] = entry[unit] if shown else None
                for field, which in (("total_interval", "total"), ("interval", "sampling")):
                    low, high = (shown and ends_of(entry, field, unit)) or (None, None)
                    row |= {f"{unit}_{which}_low": low, f"{unit}_{which}_high": high}
            own = left_out.get(entry["name"], {}) if kind == "category" else entry
            row |= {column: own.get(of) for column, of in _OWN.items()}
            rows.append(row | about)
    return rows


def _kind(part: Mapping[str, Any]) -> str:
    neutral = " (names, places and numbers of no one language)" if part["name"] == NEUTRAL else ""
    return part.get("title") or f"the “{part['name']}” samples{neutral}"


def _between(ends: Sequence[float], most: int) -> str:
    return f" ({ends_as_text(ends, '–', most)})" if ends else ""


def _lead(result: Result, shown: bool) -> tuple[Text, ...]:
    verdict = result["withheld"] or _VERDICTS[result["verdict"]]
    vague = (result.get("vague") or []) if shown and result["verdict"] == "good" else []
    if result["verdict"] != "poor" and not has_intervals(result):
        verdict = advice_of(result) + "."
    elif result["verdict"] == "doubtful" and not in_a_sum(result):
        verdict = _NO_SUMS
    elif vague and not result["withheld"]:
        verdict = _EXCEPT if quotable_parts(result) else _NONE
    sentence = in_words(result) if shown and has_intervals(result) else ""
    return (
        Text(verdict[0].upper() + verdict[1:], strong=True),
        *([Text(sentence)] if sentence else []),
        *map(Text, _vague(vague, in_a_sum(result))),
        Text(f"Why: {result['fit']['reason']}."),
    )


def _vague(names: Sequence[str], in_sums: Collection[str]) -> list[str]:
    """Say which categories are too vague to be quoted, and what to quote instead where there is anything."""
    said = []
    for which, remedy in (
        ([name for name in names if name in in_sums], "quote {} group"),
        ([name for name in names if name not in in_sums], ""),
    ):
        if which:
            more = f" and {len(which) - PICTURED} more" if len(which) > PICTURED else ""
            wide, their = ("Its interval is", "its") if len(which) == 1 else ("Their intervals are", "their")
            instead = f"; {remedy.format(their)}" if remedy else ""
            said.append(
                f"Not to be quoted{' alone' if remedy else ''}: {', '.join(which[:PICTURED])}{more}. "
                f"{wide} too wide to say much{instead}."
            )
    return said


def _shares(result: Result) -> list[Section]:
    sections = []
    aside = ", not to be quoted" if result["verdict"] == "poor" else ""
    if result["groups"]:
        caption = "Groups: share of the training text's bytes, with total (outer) and sampling (inner) 95 % intervals"
        table = _table(result, parts_of(result), "Shares of groups", "group")
        worded = [Text(line[0].upper() + line[1:] + ".") for line in of_language(result)]
        picture = _picture(caption, parts_of(result), decimals_of(result))
        sections.append(section_of(f"Groups{aside}", picture, table, *worded, folded=bool(aside)))
    large = with_a_row(result)
    small = len(result["categories"]) - len(large)
    rest = of_the_rest(result)
    blocks: list[Block] = [
        Text("A row means text like this sample, not text from this source."),
        *([Text(f"{rest[0].upper()}{rest[1:]}.")] if rest else []),
        _picture(
            "Most similar samples: share of bytes, with total (outer) and sampling (inner) 95 % intervals",
            large[:PICTURED],
            decimals_of(result),
        ),
        _table(
            result, with_languages(result, large), "Shares of the samples that the text resembles", "sample"
        ),
    ]
    if small:
        blocks.append(
            Text(
                f"{small} samples below {shown_from(result)} are not listed here; the CSV and the JSON have them."
            )
        )
    for same in result["indistinguishable"]:
        said = known_together(same, all_of(same["names"]), "–", decimals_of(result))
        blocks.append(Text(f"{said}."))
    return [*sections, section_of(f"Most similar samples{aside}", *blocks, folded=bool(aside))]


def _named(entry: Mapping[str, Any]) -> str:
    title = entry.get("title")
    return f"{entry['name']}: {_like(title)}" if title and title != entry["name"] else entry["name"]


def _like(title: str) -> str:
    """Mark in a title with a kind that text is only like the sample."""
    return title.replace(": ", " like: ", 1)


def _picture(caption: str, entries: Sequence[Mapping[str, Any]], most: int) -> Ranges:
    rows = []
    for entry in entries:
        outer, inner = (tuple(ends_of(entry, kind, "byte_share")) for kind in ("total_interval", "interval"))
        said = f"{share_as_text(entry['byte_share'], outer, most)} %{_between(outer, most)}"
        rows.append(Row(name=_named(entry), share=entry["byte_share"], said=said, outer=outer, inner=inner))
    largest = max((max((row.share, *row.outer)) for row in rows), default=1.0)
    top = next(top for top in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.01) if largest <= top)
    return Ranges(caption, tuple(rows), min(top, 1.0))


def _table(result: Result, entries: Sequence[Mapping[str, Any]], caption: str, first: str) -> Table:
    """Return the table of shares in percent; its last row is the text that is in none of the categories, if any is."""
    titles = any(entry.get("title") for entry in entries)
    intervals = has_intervals(result)
    heads = [first, *(["what it is"] if titles else []), "bytes %"]
    heads += ["total 95 %", "sampling 95 %"] if intervals else []
    rows = []
    for entry in entries:
        of_bytes, of_pairs = (
            share_as_text(entry[unit], ends_of(entry, "total_interval", unit), decimals_of(result))
            for unit in ("byte_share", "pair_share")
        )
        both = [
            ends_as_text(ends_of(entry, kind, "byte_share"), " – ", decimals_of(result))
            for kind in ("total_interval", "interval")
        ]
        title = [_like(entry.get("title") or "")] if titles else []
        rows.append((entry["name"], *title, of_bytes, *(both if intervals else []), of_pairs))
    if result["not_in_categories"]["at_least"]:
        rows.append((MARK, *[""] * (len(heads) - 1), outside_as_text(result)))
    return Table(
        caption=f"{caption} ({result['tokenizer']['name']}){_UNQUOTABLE if result['verdict'] == 'poor' else ''}",
        columns=(*heads, "pairs %"),
        rows=tuple(rows),
        words=2 if titles else 1,
        main=True,
    )


def _in_units(result: Result) -> list[Section]:
    """Return the shares in every unit that the samples have, if there are more than bytes and pairs."""
    units = known_units(result)
    if len(units) <= len(("bytes", "pairs")):
        return []
    entries = [
        entry for entry in (*result["groups"], *with_a_row(result)[:PICTURED]) if entry["byte_share"] > 0
    ]
    by_unit = {unit: shares_in(result, unit) for unit in units}
    rows = tuple(
        (
            entry["name"],
            *(
                share_as_text(
                    share := by_unit[unit][entry["name"]],
                    ends_in(ends_of(entry, "total_interval", "byte_share"), entry["byte_share"], share),
                    decimals_of(result),
                )
                for unit in units
            ),
        )
        for entry in entries
    )
    about = (
        "The same shares in the units in which makers publish theirs. Each sample says how many characters, pairs and "
        "pretokens such text has for its bytes; texts are counted by the mean size of the sample's documents, which "
        "need not be that of the training text's."
    )
    heads = ("part", *(f"{unit} %" for unit in units))
    table = Table(caption="Shares in other units", columns=heads, rows=rows)
    return [section_of("In other units", Text(about), table, folded=True)]


def _ruled_out(result: Result) -> list[Section]:
    entries = result.get("ruled_out", [])
    if not entries:
        return []
    about = (
        "These samples would have had a share, but too few of the merges that only such text brings are in the list to "
        "speak for it, or the share was too small to bring any, and the others explain the list about as well without "
        "them. They were left out, and the shares above were fitted without them. A share up to the one before is "
        "possible: the total intervals reach as far. "
    )
    together = result.get("ruled_out_together")
    if together and together["speaks"]:
        tokens = ", ".join(token.replace(" ", "␣") for token in together["examples"][:WORDS])
        about += (
            f"Some of them may be there, it cannot be said which: the list has {together['found']:,} of "
            f"{together['found'] + together['missing']:,} merges that they own together, and none of them alone "
            f"({tokens}). So the total intervals of all categories and groups reach to their shares before. "
        )
    about += "(␣ is a space.)"
    rows = tuple(
        (
            ", ".join(entry["names"]),
            f"{100 * entry['byte_share']:.1f}",
            f"{entry['found']:,} of {own:,}" if (own := entry["found"] + entry["missing"]) else "none",
            ", ".join(token.replace(" ", "␣") for token in entry["examples"][:WORDS]),
        )
        for entry in entries
    )
    heads = ("sample", "bytes % before", "own merges found", "missing, for example")
    table = Table(caption="Samples left out, and their own merges", columns=heads, rows=rows, words=4)
    return [section_of("Left out", Text(about), table)]


def _not_chosen(result: Result) -> list[Section]:
    found = result.get("not_chosen")
    if not found:
        return []
    about = (
        "The shares above are of text like the samples that were chosen. With all others beside them "
        f"({found['categories']:,}), these keep {100 * (1 - found['byte_share']):.1f} % of the bytes, and with all "
        f"that cannot be excluded {100 * (1 - found['at_most']['byte_share']):.1f} %; the total intervals reach as "
        "far as that changes a share."
    )
    if not found["kinds"]:
        return [section_of("Samples not chosen", Text(about))]
    rows = tuple(
        (
            ", ".join(kind["names"]),
            f"{100 * kind['byte_share']:.1f}",
            f"{kind['found']:,} of {kind['found'] + kind['missing']:,}",
            "yes" if kind["present"] else standing_of(kind),
            ", ".join(token.replace(" ", "␣") for token in kind["examples"][:WORDS]),
        )
        for kind in sorted(found["kinds"], key=lambda kind: not kind["present"])[:PICTURED]
    )
    heads = ("sample", "bytes %", "own merges found", "in the list", "for example")
    table = Table(caption="What others would have (␣ is a space)", columns=heads, rows=rows, words=5)
    return [section_of("Samples not chosen", Text(about), table)]


def _simplest(result: Result) -> list[Section]:
    if "simplest" not in result:
        return []
    found = result["simplest"]
    about = (
        f"The shares above fit best. These fit about as well (disagreement {100 * found['rise']:.1f} % higher) with "
        f"{len(found['categories'])} samples: other small shares may be nothing but other text of the same kind."
    )
    rows = tuple(
        (part["name"], f"{100 * part['byte_share']:.1f}", f"{100 * part['pair_share']:.1f}")
        for part in found["categories"]
    )
    table = Table(caption="A simpler mixture", columns=("sample", "bytes %", "pairs %"), rows=rows)
    return [section_of("Fewest samples", Text(about), table)]


def _drift(result: Result) -> list[Section]:
    windows = result["windows"]
    if not windows:
        return []
    field = "groups" if result["groups"] else "categories"
    names = [part["name"] for part in result[field][:6]]
    bars, rows = [], []
    for window in windows:
        parts = {part["name"]: part for part in window[field]}
        label = f"merges {window['first']:,} to {window['last']:,}"
        here = [parts.get(name, {"byte_share": 0.0}) for name in names]
        bars.append((label, tuple(part["byte_share"] for part in here)))
        shares = (
            share_as_text(
                part["byte_share"], ends_of(part, "total_interval", "byte_share"), decimals_of(result)
            )
            for part in here
        )
        rows.append((label, *shares))
    about = "Shares from each window of merges alone; a jump means that parts of the list come from different text."
    table = Table(caption="Bytes % by window", columns=("window", *names), rows=tuple(rows))
    beyond = [Text(text[0].upper() + text[1:] + ".") for text in [beyond_in_windows(result)] if text]
    stacks = Stacks("Bytes by window", tuple(names), tuple(bars))
    return [section_of("Along the list", Text(about), stacks, table, *beyond)]


def _rests_on(result: Result) -> list[Section]:
    """Name the merges that only one group or sample supplies, for the largest of each."""
    supplied = result.get("supplied", {})
    entries = [*result["groups"], *result["categories"][:PICTURED]]
    rows = []
    for entry in entries:
        found = supplied.get(entry["name"])
        if found and found["merges"] and entry["byte_share"] >= SMALL:
            tokens = " ".join(example["token"].replace(" ", "␣") for example in found["examples"][:WORDS])
            rows.append((entry["name"], tokens, f"{found['merges']:,}", f"{100 * found['mass']:.2f}"))
    if not rows:
        return []
    table = Table(
        caption="Merges that come almost only from one group or sample (␣ is a space)",
        columns=("group or sample", "some of the first", "merges", "% of all merges' mass"),
        rows=tuple(rows),
        words=2,
    )
    return [section_of("What the shares rest on", table)]


def _unexplained(result: Result) -> Section:
    outside, fit = result["not_in_categories"], result["fit"]
    at_least = f"at least {100 * outside['at_least']:.0f} %"
    withheld = result["withheld"] or ""  # also for too few merges
    said = (
        withheld
        if at_least in withheld
        else f"{at_least} of the training text's pairs are like none of the samples"
    )
    bound = (
        f"{said[:1].upper()}{said[1:]} "
        f"(95 % interval of the bound: {ends_as_text(outside['interval'], '–', 0)})."
        if outside["at_least"]
        else "There is no sign of text that is like none of the samples."
        if result["verdict"] == "good"
        else "How much of the text is like none of the samples, if any is, cannot be told."
    )
    merges, mass = fit["unexplained_merges"], 100 * fit["unexplained"]
    lacking = f"{merges:,} merges, {mass:.1f} % of the list's mass, lack support."
    blocks: list[Block] = [Text(f"{bound} {lacking}")]
    scripts = [
        f"{script} {100 * share:.0f} %"
        for script, share in fit["unexplained_scripts"].items()
        if share >= 0.005
    ]
    if scripts:
        blocks.append(Text(f"By script: {', '.join(scripts)}."))
    if outside["at_least"] and outside["look"]:
        blocks.append(Text(f"It looks like: {'; '.join(outside['look'])}."))
    if outside["letters"]:
        blocks += [
            Text("Letters that occur in no sample:"),
            Items(tuple(outside["letters"][:TOKENS]), tokens=True),
        ]
    if fit["examples"]:
        tokens = tuple(
            example["token"].replace(" ", "␣") for example in words_first(fit["examples"])[:TOKENS]
        )
        blocks += [Text("Merges with the largest gaps (␣ is a space):"), Items(tokens, tokens=True)]
    return section_of("What no sample explains", *blocks)


def _sensitivity(result: Result) -> list[Section]:
    return [section_of("Sensitivity", *_other_choices(result), *_without_runs(result))]


def _other_choices(result: Result) -> list[Block]:
    table = choices_of(result)
    if table is None:
        return []
    about = (
        "What other choices of merges, weights, samples and categories would have given. A share that moves little can "
        "be quoted with ease."
    )
    beyond = [Text(table.beyond[0].upper() + table.beyond[1:] + ".")] if table.beyond else []
    return [Text(about), Table(caption=CHOICES_CAPTION, columns=table.columns, rows=table.rows), *beyond]


def _without_runs(result: Result) -> list[Block]:
    entries = [
        entry for entry in result["categories"] if entry["byte_share"] >= SMALL and "jackknife" in entry
    ][:PICTURED]
    if not entries:
        return []
    rows = []
    for entry in entries:
        moves = entry["jackknife"]["byte_share"]
        without, (first, last) = moves["without"], moves["largest_run"]
        rows.append(
            (
                entry["name"],
                f"{100 * entry['byte_share']:.1f}",
                f"{100 * min(without):.1f} – {100 * max(without):.1f}",
                f"{first:,} – {last:,}",
            )
        )
    runs = len(result["left_out"])
    table = Table(
        caption=f"Bytes % without each of {runs} runs of merges in turn",
        columns=("sample", "with all", "smallest – largest", "run that moves it most"),
        rows=tuple(rows),
    )
    return [table]
