"""The evidence behind a share as a report, from the plain data of a result: first what only this text supplies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bpeinfer.reports.document import Block, Document, Items, Section, Table, Text
from bpeinfer.reports.numbers import decimals_of, ends_as_text, ends_of, share_as_text
from bpeinfer.reports.terminal import show_token

__all__ = ["evidence_document"]

Result = Mapping[str, Any]

# Below this share the only thing to explain is why it is at zero.
NOTHING = 1e-4


def evidence_document(result: Result, name: str, top: int = 10) -> Document:
    """Return the report that ``bpeinfer explain`` prints.

    Args:
        result: plain data of an estimate.
        name: one of its categories or groups.
        top: merges and comparisons to show in each list.
    """
    most = decimals_of(result)
    groups = {group["name"]: group for group in result["groups"]}
    entries = groups | {entry["name"]: entry for entry in result["categories"]}
    entry, comparisons = entries[name], result["evidence"].get(name, [])
    members = [one for one in result["categories"] if one["group"] == name] if name in groups else []
    sections = [Section("What only it supplies", tuple(_supplied(result, entry, top)))]
    if members:
        sections.append(Section("Its samples", (_members(members, most),)))
    sections += _pulls(comparisons, top)
    if not members:
        sections.append(Section("Without runs of merges", (_moves(result, entry),)))
    shares = [_share(entry, "byte_share", "bytes", most), _share(entry, "pair_share", "pairs", most)]
    title = entry.get("title")
    return Document(
        title=f"{name} in {result['tokenizer']['name']}",
        subtitle=f"{title}: {', '.join(shares)}" if title else ", ".join(shares),
        sections=tuple(sections),
        records=tuple(
            {key: comparison[key] for key in ("kind", "rank", "token", "count", "others", "effect")}
            for comparison in comparisons
        ),
    )


def _share(entry: Mapping[str, Any], unit: str, said: str, most: int) -> str:
    ends = ends_of(entry, "total_interval", unit)
    interval = f" ({ends_as_text(ends, most=most)})" if ends else ""
    return f"{share_as_text(entry[unit], ends, most)} %{interval} of {said}"


def _pulls(comparisons: list[Mapping[str, Any]], top: int) -> list[Section]:
    """Return what pulls a share up and what pulls it down, each if there is anything."""
    sections = []
    merged = {comparison["token"] for comparison in comparisons if comparison["kind"] == "merge"}
    for title, sign in (("What pulls the share up", -1), ("What pulls the share down", 1)):
        chosen = [comparison for comparison in comparisons if comparison["effect"] * sign > 0][:top]
        if chosen:
            sections.append(
                Section(title, (Items(tuple(_sentence(comparison, merged) for comparison in chosen)),))
            )
    return sections


def _supplied(result: Result, entry: Mapping[str, Any], top: int) -> list[Block]:
    """List the merges that come almost only from a category or group, or say why it is at zero."""
    name = entry["name"]
    supplied = result.get("supplied", {}).get(name)
    if supplied is None:
        return [Text("This result was written by a version that did not store this: run infer again.")]
    examples = tuple(
        f"{show_token(example['token'])} (rank {example['rank']:,}): {100 * example['part']:.0f} % of its count "
        "from this text"
        for example in supplied["examples"][:top]
    )
    if supplied["merges"]:
        said = (
            f"In the fitted mixture {supplied['merges']:,} of the {result['merges_used']:,} merges used "
            f"({100 * supplied['mass']:.2f} % of their mass) come almost only from it; without it they could not be so "
            "early in the list. Some of the first:"
        )
        return [Text(said), Items(examples)]
    if entry["byte_share"] >= NOTHING:
        return [
            Text(
                "No merge comes almost only from it: others supply what it contains, too. Quote it only in a sum."
            )
        ]
    for left_out in result.get("ruled_out", []):
        if name in left_out["names"]:
            found, own = left_out["found"], left_out["found"] + left_out["missing"]
            said = (
                "It was left out: others explain the list about as well, and with the share that it had in their fit "
                f"({100 * left_out['byte_share']:.1f} % of bytes) it would have brought {own:,} merges of its own"
            )
            if not left_out["missing"]:
                return [Text(f"{said}{f', of which the list has {found:,}' if own else ''}.")]
            said += f", of which the list has {found:,}. Missing, for example:"
            return [Text(said), Items(tuple(map(show_token, left_out["examples"][:top])))]
    notes = [note for note in result["notes"] if name in note.rpartition(": ")[2].split(", ")]
    if notes:
        return [Text(f"It is at zero: {note}.") for note in notes]
    if not supplied["in_sample"]:
        return [
            Text(
                "It is at zero: none of the merges used occurs mostly in its sample, and others supply the rest."
            )
        ]
    said = (
        f"It is at zero although {supplied['in_sample']:,} of the merges used occur mostly in its sample, because the "
        "list passes over pairs that are more frequent in it. Some of these merges:"
    )
    return [Text(said), Items(examples)]


def _members(members: list[Mapping[str, Any]], most: int) -> Table:
    rows = tuple(
        (
            one["name"],
            one.get("title") or "",
            share_as_text(one["byte_share"], ends_of(one, "total_interval", "byte_share"), most),
        )
        for one in members
        if one["byte_share"] >= NOTHING
    )
    return Table(
        caption="Samples with a share", columns=("sample", "what it is", "bytes %"), rows=rows, words=2
    )


def _sentence(comparison: Mapping[str, Any], merged: Collection[str]) -> str:
    """Return a comparison as a sentence; a token can be passed over first and merged (`merged`) later."""
    token, rank = show_token(comparison["token"]), f"{comparison['rank']:,}"
    counts = f"{comparison['count']:,} in this sample, {comparison['others']:,} in all others"
    if comparison["kind"] == "merge":
        why = (
            "earlier than the mixture's counts explain"
            if comparison["effect"] < 0
            else "and this sample has too little of it"
        )
        return f"The list merged {token} at rank {rank}, {why} ({counts})."
    later = ", before it merged it" if comparison["token"] in merged else ""
    why = (
        "and this sample has little of it"
        if comparison["effect"] < 0
        else "though this sample has much of it"
    )
    return f"The list passed over {token} up to rank {rank}{later}, {why} ({counts})."


def _moves(result: Result, entry: Mapping[str, Any]) -> Block:
    """Say what the share would be without each run of merges."""
    if "jackknife" not in entry:
        return Text(
            "To see what its share would be without each run of merges, run infer with --jackknife 10."
        )
    rows = tuple(
        (f"{first:,} to {last:,}", f"{100 * share:.2f}", f"{100 * (share - entry['byte_share']):+.2f}")
        for (first, last), share in zip(
            result["left_out"], entry["jackknife"]["byte_share"]["without"], strict=False
        )
    )
    return Table(
        caption="Share without each run of merges",
        columns=("merges left out", "bytes %", "change"),
        rows=rows,
    )
