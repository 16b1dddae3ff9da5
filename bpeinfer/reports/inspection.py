"""An inspection as a page of text, from the plain data of its `to_dict`."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from bpeinfer.files import SUFFIXES
from bpeinfer.reports.columns import WIDTH, columns, count_of, flow, token_as_text
from bpeinfer.reports.composition import composition_blocks, examples_block
from bpeinfer.reports.reachability import reachability_lines
from bpeinfer.reports.size import seen_in
from bpeinfer.reports.terminal import escape_text

__all__ = [
    "STATUS",
    "account_rows",
    "inspection_as_text",
    "lineage_lines",
    "lineage_rows",
    "self_check_rows",
    "source_rows",
    "unproducible_in_words",
]

Result = Mapping[str, Any]

SOME = 0.0005
"""Share of merges that the pre-tokenizer cannot produce above which it is reported as not the trainer's."""
MANY = 12
STATUS = {
    "named": "ties are broken by a known rule",
    "none_seen": "no ties seen (a large text, or too few merges to tell)",
    "not_told": "ties are in order, but several rules fit equally well",
    "unknown_rule": "ties are in an order that no known rule explains",
}
REASONS = {
    "special_tokens": "special tokens",
    "added_tokens": "tokens added after training",
    "byte_fallback_tokens": "byte-fallback tokens (<0xNN>)",
    "empty_tokens": "empty tokens",
    "unknown_tokens": "tokens for unknown text",
    "control_tokens": "control tokens",
    "user_defined_tokens": "user-defined tokens",
    "unused_tokens": "tokens marked unused",
    "tokens_without_merge": "tokens that no merge makes",
    "tokens_added_by_hand": "tokens added by hand (runs of one blank in a block of ids)",
    "tokens_outside_the_byte_alphabet": "tokens outside the byte alphabet (no text reaches them)",
    "tokens_of_unknown_type": "tokens of a type that the format does not define",
    "ranks_not_in_use": "ranks that the model does not use",
    "redundant_splits": "redundant merges (a converter listed every split)",
    "repeated_merges": "merges listed twice",
    "repeated_tokens": "tokens listed twice",
    "merges_of_count_0": "merges of pairs that no longer occurred (count 0)",
    "merges_added_by_hand": "merges of tokens added by hand",
    "merges_of_missing_parts": "merges of parts that do not exist",
}


def inspection_as_text(result: Result) -> str:
    """Return the page that ``bpeinfer inspect`` prints."""
    blocks = [
        _source(result),
        _account(result),
        _splitting(result),
        reachability_lines(result),
        lineage_lines(result),
        _trainer(result),
        *composition_blocks([result["composition"]]),
        examples_block(result),
        _oddities(result),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _unpacked(name: str) -> str:
    """Return a file's name without the suffix of its compression, since hashes are of the unpacked content."""
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name)


def _source(result: Result) -> list[str]:
    return columns(source_rows(result))


def source_rows(result: Result) -> list[tuple[str, str]]:
    """Return what was read: source, format, hashes, alphabet."""
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
    return rows


def account_rows(result: Result) -> list[tuple[str, str]]:
    """Return how many merges and tokens the file has, and what was set aside: a number and what it counts."""
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
        rows.append((f"{result['order_inversions']:,}", "merges not listed in the order of their ids"))
    return rows


def _account(result: Result) -> list[str]:
    lines = ["Account", *columns(account_rows(result), right=True)]
    unreachable = result["unreachable"]
    if unreachable["count"]:
        lines.append(
            f"  unreachable: {count_of(unreachable['count'], 'token')} that the earlier merges do not reduce to two "
            "parts; kept, with a fallback split:"
        )
        lines += flow(
            [token_as_text(token) for token in unreachable["tokens"][:MANY]], more=unreachable["count"] - MANY
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
    for name, said in self_check_rows(result):
        lines += wrap(f"{name}: {said}", WIDTH, **_HANGING)
    lines.append(f"  {unproducible_in_words(result)}")
    count = splitting["unproducible_merges"]
    if count:
        lines[-1] += ":"
        tokens = [token_as_text(token) for token in splitting["unproducible_examples"][:MANY]]
        lines += flow(tokens, more=count - len(tokens))
        if splitting["better_known"]:
            left = count_of(splitting["better_known_unproducible"], "merge")
            lines.append(f"  the known pre-tokenizer {splitting['better_known']} leaves only {left}")
    return lines


def self_check_rows(result: Result) -> list[tuple[str, str]]:
    """Return how our encoding compares with the library's, and which limits of the trainer the list keeps."""
    rows = []
    if result["self_check"]:
        rows.append(("self-check", escape_text(result["self_check"]["verdict"])))
    limits = result["trainer_limits"]
    if limits:
        held = [
            f"{key.replace('_', ' ')} {value}" if not isinstance(value, bool) else key.replace("_", " ")
            for key, value in limits.items()
            if value
        ]
        rows.append(("trainer limits", ", ".join(held) or "none"))
    return rows


def unproducible_in_words(result: Result) -> str:
    """Return how many learned merges the pre-tokenizer cannot produce, as a phrase."""
    splitting, count = result["pretokenizer"], result["pretokenizer"]["unproducible_merges"]
    if not count:
        return "every learned merge can come from this pre-tokenizer"
    share = count / result["learned_merges"]
    about = "" if splitting["unproducible_exact"] else "about "
    verdict = "it is not the trainer's" if share > SOME else "exceptions, or added by hand"
    return f"{about}{count_of(count, 'merge')} cannot come from this pre-tokenizer ({share:.2%}; {verdict})"


def lineage_lines(result: Result) -> list[str]:
    """Return what a list has in common with known ones, and whether it was copied from any."""
    if not result["lineage"]:
        return ["Lineage", "  shares almost nothing with the known tokenizers"]
    lines = ["Lineage", *columns(lineage_rows(result))]
    copied = result["copied_head"]
    if copied:
        own = result["learned_merges"] - copied
        lines.append(f"  the first {copied:,} merges were copied; {own:,} are this tokenizer's own")
    elif not any(row[-1] for row in lineage_rows(result)[1:]):
        lines.append("  copied from none of these: lists of similar text share merges anyway")
    return lines


def lineage_rows(result: Result) -> list[tuple[str, ...]]:
    """Return the table of relatives, its heads first: name, date, merges, common head, shared merges, relation."""
    rows: list[tuple[str, ...]] = [("known list", "since", "merges", "common head", "shared merges", "")]
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
            "same head": "same head, then different"
            + (", numbers left out" if relative["without_numbers"] else ""),
        }.get(relative["relation"], "")
        rows.append((relative["name"], relative["since"], f"{relative['length']:,}", head, shared, relation))
    return rows


def _trainer(result: Result) -> list[str]:
    lines = ["Trainer, from the order of ties"]
    for part in result["trainer"]:
        ranks = f"merges {part['first_merge']:,} to {part['last_merge']:,}"
        shares = part["ascending_by_tenths"]
        lines.append(f"  {ranks}: {STATUS[part['status']]}")
        if part["family"]:
            lines.append(f"    {part['words']}, {seen_in(part['trainers'])}")
        if part["status"] != "none_seen":
            lines.append(
                f"    neighbours in this order, by tenths: {' '.join(f'{100 * share:.0f}' for share in shares)} % "
                "(50: no ties, 100: all tied)"
            )
    return lines if len(lines) > 1 else []


def _oddities(result: Result) -> list[str]:
    lines = ["Oddities"]
    for oddity in result["oddities"]:
        lines.append(f"  {oddity['sort']}: {oddity['count']:,}")
        tokens = [token_as_text(token) for _, token in oddity["examples"][:MANY]]
        lines += flow(tokens, more=oddity["count"] - len(tokens), indent="    ")
    return lines if len(lines) > 1 else []
