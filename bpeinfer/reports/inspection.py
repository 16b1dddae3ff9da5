"""An inspection and a comparison as pages of text, from the plain data of their `to_dict`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from textwrap import wrap
from typing import Any

from bpeinfer.files import SUFFIXES
from bpeinfer.reports.document import Document, Page, Section
from bpeinfer.reports.terminal import escape_text, show_token

__all__ = ["comparison_as_text", "comparison_document", "inspection_as_text", "inspection_document"]

Result = Mapping[str, Any]

WIDTH = 110
SOME = 0.0005
"""Share of merges that the pre-tokenizer cannot produce from which it is called the wrong one."""
LONGEST_SHOWN = 48
MANY = 12
STATUS = {
    "named": "ties are broken by a known rule",
    "none_seen": "no ties seen (a large text, or too few merges to tell)",
    "not_told": "ties are in order, but several rules fit alike",
    "unknown_rule": "ties are in an order that no known rule explains",
}
REASONS = {
    "special_tokens": "special tokens",
    "added_tokens": "tokens added after training",
    "byte_fallback_tokens": "byte-fallback tokens (<0xNN>)",
    "empty_tokens": "empty tokens",
    "unknown_tokens": "tokens for the unknown",
    "control_tokens": "control tokens",
    "user_defined_tokens": "user-defined tokens",
    "unused_tokens": "tokens marked unused",
    "tokens_without_merge": "tokens that no merge makes",
    "tokens_added_by_hand": "tokens added by hand (runs of one blank in a block of ids)",
    "tokens_outside_the_byte_alphabet": "tokens outside the byte alphabet (no text reaches them)",
    "tokens_of_unknown_type": "tokens of a type the format does not know",
    "ranks_not_in_use": "ranks that the model does not use",
    "redundant_splits": "redundant merges (a converter listed every split)",
    "repeated_merges": "merges listed twice",
    "repeated_tokens": "tokens listed twice",
    "merges_of_count_0": "merges of pairs that occur nowhere (count 0)",
    "merges_added_by_hand": "merges of tokens added by hand",
    "merges_of_missing_parts": "merges of parts that do not exist",
}


def inspection_as_text(result: Result) -> str:
    """Return the page that ``bpeinfer inspect`` prints."""
    blocks = [
        _source(result),
        _account(result),
        _splitting(result),
        _lineage(result),
        _trainer(result),
        *_composition([result["composition"]]),
        _examples(result),
        _oddities(result),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def inspection_document(result: Result) -> Document:
    """Return the same page as a report."""
    page = Page(inspection_as_text(result))
    return Document(title=f"What is in {result['source']}", sections=(Section("The merge list", (page,)),))


def comparison_document(result: Result) -> Document:
    """Return the page of `comparison_as_text` as a report."""
    first, second = (side["source"] for side in result["tokenizers"])
    page = Page(comparison_as_text(result))
    return Document(title=f"{first} and {second}", sections=(Section("Their merge lists", (page,)),))


def comparison_as_text(result: Result) -> str:
    """Return the page that ``bpeinfer compare`` prints."""
    first, second = result["tokenizers"]
    correlation = result["rank_correlation"]
    lines = [f"A  {_name(first)}", f"B  {_name(second)}", ""]
    rows = [
        ("merges", f"{first['merges']:,} in A, {second['merges']:,} in B"),
        ("common head", f"{result['common_head']:,}"),
        ("shared merges", f"{result['shared_merges']:,} ({_share(result['shared_merges'], first, second)})"),
        ("shared tokens", f"{result['shared_tokens']:,}, whatever merge makes them"),
        ("only in A", f"{first['only_merges']:,} merges, {first['only_tokens']:,} tokens"),
        ("only in B", f"{second['only_merges']:,} merges, {second['only_tokens']:,} tokens"),
        (
            "rank correlation",
            "too few shared merges"
            if correlation is None
            else f"{correlation:.4f} (Spearman, of the shared merges)",
        ),
    ]
    lines += _table(rows)
    blocks = [lines]
    if first["after_head"] or second["after_head"]:
        after: list[tuple[str, ...]] = [("merge", "A", "B")]
        for place in range(max(len(first["after_head"]), len(second["after_head"]))):
            sides = [
                " + ".join(map(_token, side["after_head"][place])) if place < len(side["after_head"]) else "—"
                for side in (first, second)
            ]
            after.append((f"{result['common_head'] + place:,}", *sides))
        blocks.append(["Where they diverge", *_table(after)])
    for letter, side in (("A", first), ("B", second)):
        if side["first_only_tokens"]:
            tokens = [_token(token) for _, token in side["first_only_tokens"]]
            blocks.append([f"First tokens only in {letter}", *_flow(tokens)])
    blocks += _composition([first["composition"], second["composition"]], ("A", "B"))
    return "\n\n".join("\n".join(block) for block in blocks)


def _name(side: Result) -> str:
    return f"{escape_text(side['source'])} (sha256 {side['sha256'][:16]}…)"


def _share(shared: int, first: Result, second: Result) -> str:
    return f"{shared / first['merges']:.1%} of A, {shared / second['merges']:.1%} of B"


def _unpacked(name: str) -> str:
    """Return a file's name without the suffix of its compression, since hashes are of what it unpacks to."""
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name)


def _source(result: Result) -> list[str]:
    alphabet = result["alphabet"]
    unit = "bytes" if alphabet["unit"] == "byte" else "characters"
    marks = [
        f"{label} {escape_text(alphabet[key])}"
        for key, label in (("end_of_word", "end-of-word mark"), ("continuing_prefix", "continuing prefix"))
        if alphabet[key]
    ]
    rows = [("source", escape_text(result["source"])), ("format", escape_text(result["format"]))]
    if result["repository"]:
        rows.append(("repository", escape_text(f"{result['repository']} at {result['revision']}")))
    rows += [(f"sha256 {escape_text(_unpacked(name))}", digest) for name, digest in result["files"].items()]
    rows.append(("alphabet", ", ".join([f"{alphabet['size']:,} {unit}", *marks])))
    return _table(rows)


def _account(result: Result) -> list[str]:
    how = {
        "listed": "kept as listed: the file's list is the trained one",
        "replay": "recovered by the replay rule",
    }[result["method"]]
    rows = [(f"{result['learned_merges']:,}", f"learned merges, {how}")]
    if result["listed_merges"]:
        rows.append((f"{result['listed_merges']:,}", "merges listed in the file"))
        rows += [
            (f"− {count:,}", REASONS.get(reason, reason))
            for reason, count in result["merges_set_aside"].items()
        ]
        if result["learned_not_listed"]:
            rows.append((f"+ {result['learned_not_listed']:,}", "learned merges that the file does not list"))
    if result["vocabulary"]:
        rows.append((f"{result['vocabulary']:,}", "tokens in the file"))
        rows.append((f"− {result['alphabet_tokens']:,}", "alphabet"))
        rows += [
            (f"− {count:,}", REASONS.get(reason, reason))
            for reason, count in result["tokens_set_aside"].items()
        ]
        rows.append((f"= {result['learned_tokens']:,}", "learned tokens"))
    if result["order_inversions"]:
        rows.append((f"{result['order_inversions']:,}", "merges listed out of the order of their ids"))
    lines = ["Account", *_table(rows, right=True)]
    unreachable = result["unreachable"]
    if unreachable["count"]:
        lines.append(
            f"  unreachable: {_count(unreachable['count'], 'token')} of which the merges before do not leave two "
            "parts; kept, with a fall-back split:"
        )
        lines += _flow(
            [_token(token) for token in unreachable["tokens"][:MANY]], more=unreachable["count"] - MANY
        )
    return lines + [
        line for note in result["notes"] for line in wrap(f"note: {escape_text(note)}", WIDTH, **_HANGING)
    ]


_HANGING: dict[str, Any] = {"initial_indent": "  ", "subsequent_indent": "    "}


def _splitting(result: Result) -> list[str]:
    splitting = result["pretokenizer"]
    lines = [
        f"Splitting (from {escape_text(splitting['origin'])})",
        *[
            line
            for step in splitting["steps"]
            for line in wrap(escape_text(step, keep="\\"), WIDTH, break_on_hyphens=False, **_HANGING)
        ],
    ]
    check = result["self_check"]
    if check:
        lines += wrap(f"self-check: {escape_text(check['verdict'])}", WIDTH, **_HANGING)
    limits = result["trainer_limits"]
    if limits:
        held = [
            f"{key.replace('_', ' ')} {value}" if not isinstance(value, bool) else key.replace("_", " ")
            for key, value in limits.items()
            if value
        ]
        lines += wrap(f"trainer limits: {', '.join(held) or 'none'}", WIDTH, **_HANGING)
    count = splitting["unproducible_merges"]
    if count:
        share = count / result["learned_merges"]
        about = "" if splitting["unproducible_exact"] else "about "
        verdict = "it is not the trainer's" if share > SOME else "exceptions, or added by hand"
        lines.append(
            f"  {about}{_count(count, 'merge')} cannot come from this pre-tokenizer ({share:.2%}; {verdict}):"
        )
        tokens = [_token(token) for token in splitting["unproducible_examples"][:MANY]]
        lines += _flow(tokens, more=count - len(tokens))
        if splitting["better_known"]:
            left = _count(splitting["better_known_unproducible"], "merge")
            lines.append(f"  the known pre-tokenizer {splitting['better_known']} leaves only {left}")
    else:
        lines.append("  every learned merge can come from this pre-tokenizer")
    return lines


def _lineage(result: Result) -> list[str]:
    if not result["lineage"]:
        return ["Lineage", "  shares next to nothing with the known tokenizers"]
    rows = [("known list", "since", "merges", "common head", "shared merges", "")]
    for relative in result["lineage"][:MANY]:
        head = f"{relative['common_head']:,}" if relative["exact"] else f"≥ {relative['common_head']:,}"
        if not relative["common_head"]:
            head = "< 256"
        shared = f"{relative['shared_merges']:,}"
        if relative["shared_error"]:
            shared = f"{round(relative['shared_merges'], -2):,} ± {round(relative['shared_error'], -2):,}"
        relation = {
            "identical": "the same list",
            "extends": "this list extends it" + (", numbers left out" if relative["without_numbers"] else ""),
            "is a head of": "this list is its head",
            "same head": "same head, then apart"
            + (", numbers left out" if relative["without_numbers"] else ""),
        }.get(relative["relation"], "")
        rows.append((relative["name"], relative["since"], f"{relative['length']:,}", head, shared, relation))
    lines = ["Lineage", *_table(rows)]
    copied = result["copied_head"]
    if copied:
        own = result["learned_merges"] - copied
        lines.append(f"  the first {copied:,} merges were copied; {own:,} are this tokenizer's own")
    return lines


def _trainer(result: Result) -> list[str]:
    lines = ["Trainer, from the order of ties"]
    for part in result["trainer"]:
        ranks = f"merges {part['first_merge']:,} to {part['last_merge']:,}"
        shares = part["ascending_by_tenths"]
        lines.append(f"  {ranks}: {STATUS[part['status']]}")
        if part["family"]:
            seen = ", as " + ", ".join(part["trainers"]) if part["trainers"] else ", of no trainer known here"
            lines.append(f"    {part['words']}{seen}")
        if part["status"] != "none_seen":
            lines.append(
                f"    neighbours in this order, by tenths: {' '.join(f'{100 * share:.0f}' for share in shares)} % "
                "(50: no ties, 100: all tied)"
            )
    return lines if len(lines) > 1 else []


def _composition(parts: Sequence[Result], names: Sequence[str] = ("",)) -> list[list[str]]:
    blocks = []
    for title, key, most in (("Kinds of token", "kinds", None), ("Scripts", "scripts", MANY)):
        slices = len(parts[0]["slices"]) - 1
        rows: list[tuple[str, ...]] = [("", "", "all", *[f"{place + 1}" for place in range(slices)])]
        shares = _shares_by_label(parts, key)
        labels = sorted(shares, key=lambda label: -max(shares[label]))[:most] if most else list(shares)
        for label in labels:
            for name, part, share in zip(names, parts, shares[label], strict=True):
                cells = _percent_by_slice(part["slices"], part[key].get(label, [0] * slices))
                rows.append((label if name in ("", names[0]) else "", name, f"{100 * share:.1f}", *cells))
        heading = f"{title}, percent of merges: all, and by tenths of the ranks"
        blocks.append([heading, *_table(rows, right_from=2)])
    return blocks


def _shares_by_label(parts: Sequence[Result], key: str) -> dict[str, list[float]]:
    """Return each label's share of the merges of every part; labels that no part has are left out."""
    totals = [max(sum(sum(counts) for counts in part[key].values()), 1) for part in parts]
    labels = dict.fromkeys(label for part in parts for label in part[key])
    shares = {
        label: [sum(part[key].get(label, ())) / total for part, total in zip(parts, totals, strict=True)]
        for label in labels
    }
    return {label: of_parts for label, of_parts in shares.items() if max(of_parts) > 0}


def _percent_by_slice(slices: Sequence[int], counts: Sequence[int]) -> list[str]:
    sizes = [end - start for start, end in pairwise(slices)]
    return [f"{100 * count / max(size, 1):.1f}" for count, size in zip(counts, sizes, strict=True)]


def _examples(result: Result) -> list[str]:
    first = [" + ".join(map(_token, pair)) for pair in result["first_merges"]]
    longest = [_token(token) for token in result["longest_tokens"]]
    return ["First merges", *_flow(first), "", "Longest tokens", *_flow(longest)]


def _oddities(result: Result) -> list[str]:
    lines = ["Oddities"]
    for oddity in result["oddities"]:
        lines.append(f"  {oddity['sort']}: {oddity['count']:,}")
        tokens = [_token(token) for _, token in oddity["examples"][:MANY]]
        lines += _flow(tokens, more=oddity["count"] - len(tokens), indent="    ")
    return lines if len(lines) > 1 else []


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _token(token: str) -> str:
    shown = show_token(token)
    return shown if len(shown) <= LONGEST_SHOWN else f'{shown[: LONGEST_SHOWN - 10]}…" ({len(token)})'


def _flow(items: Iterable[str], more: int = 0, indent: str = "  ") -> list[str]:
    """Items side by side, broken between items only."""
    lines, line = [], indent
    for item in [*items, *([f"and {more:,} more"] if more > 0 else [])]:
        if len(line) + len(item) > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = indent
        line += item + "  "
    return [*lines, line.rstrip()] if line.strip() else lines


def _table(rows: Sequence[Sequence[str]], right: bool = False, right_from: int | None = None) -> list[str]:
    """Pad columns to the widest cell; set to the right the first (`right`) or those from `right_from` on."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width)
            if (right and column == 0) or (right_from is not None and column >= right_from)
            else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines
