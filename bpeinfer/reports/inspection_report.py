"""An inspection as a report to hand over, from the plain data of its `to_dict`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpeinfer.reports.columns import all_of, count_of, token_as_text
from bpeinfer.reports.composition import composition_tables
from bpeinfer.reports.document import Block, Document, Facts, Items, Section, Table, Text
from bpeinfer.reports.inspection import (
    STATUS,
    account_rows,
    lineage_rows,
    self_check_rows,
    source_rows,
    unproducible_in_words,
)
from bpeinfer.reports.reachability import reachability_blocks

__all__ = ["inspection_document"]

Result = Mapping[str, Any]


def inspection_document(result: Result) -> Document:
    """Return the report of one inspection: the account, splitting, relatives, trainer, tokens, oddities."""
    sections: list[tuple[str, Sequence[Block]]] = [
        ("Account", [_account(result), *_unreachable(result), *map(Text, result["notes"])]),
        ("Splitting", _splitting(result)),
        ("Which tokens a text can produce", reachability_blocks(result)),
        ("Relatives", _relatives(result)),
        ("Trainer, from the order of ties", _trainer(result)),
        ("What the tokens are made of", composition_tables([result["composition"]])),
        ("First merges", _listed([" + ".join(map(token_as_text, pair)) for pair in result["first_merges"]])),
        ("Longest tokens", _listed(list(map(token_as_text, result["longest_tokens"])))),
        ("Oddities", _oddities(result)),
        ("The file", [Facts(tuple(source_rows(result)))]),
    ]
    return Document(
        title=f"What is in {result['name']}?",
        subtitle=f"{result['format']}, {result['learned_merges']:,} learned merges",
        lead=tuple(map(Text, _lead(result))),
        sections=tuple(Section(title, tuple(blocks)) for title, blocks in sections if blocks),
    )


def _lead(result: Result) -> list[str]:
    """Return the findings in a few sentences: relatives, trainer, splitting."""
    close = [relative for relative in result["lineage"] if relative["relation"] in _RELATION]
    said = [
        f"{_RELATION[relative['relation']]} {relative['name']}, of {relative['since']}." for relative in close
    ]
    if not close:
        said.append("It is not the list of a known tokenizer, and begins as none of them does.")
    if result["copied_head"]:
        own = result["learned_merges"] - result["copied_head"]
        said.append(f"Its first {result['copied_head']:,} merges were copied; {own:,} are its own.")
    trainers = dict.fromkeys(name for part in result["trainer"] for name in part["trainers"])
    if trainers:
        said.append(f"Ties are broken as in {all_of(tuple(trainers))}.")
    checked = [said for name, said in self_check_rows(result) if name == "self-check"]
    split = [*(f"the self-check {words}" for words in checked), unproducible_in_words(result)]
    return [" ".join(said), f"Splitting: {'; '.join(split)}."]


_RELATION = {
    "identical": "The list is the same as that of",
    "extends": "The list extends that of",
    "is a head of": "The list is the beginning of that of",
    "same head": "The list begins with the same merges as that of",
}


def _account(result: Result) -> Table:
    rows = tuple((what, number) for number, what in account_rows(result))
    return Table(caption="Merges and tokens in the file", columns=("what", "number"), rows=rows)


def _unreachable(result: Result) -> list[Block]:
    count = result["unreachable"]["count"]
    if not count:
        return []
    said = (
        f"{count_of(count, 'token')} cannot be reached (the earlier merges do not reduce them to two parts)"
    )
    return _examples(f"{said}; kept, with a fallback split", result["unreachable"]["tokens"], count)


def _splitting(result: Result) -> list[Block]:
    splitting = result["pretokenizer"]
    count = splitting["unproducible_merges"]
    blocks: list[Block] = [
        Text(f"Text is split so (from {splitting['origin']}):"),
        Items(tuple(splitting["steps"])),
        Facts((*self_check_rows(result), ("merges", unproducible_in_words(result)))),
    ]
    if count:
        blocks += _examples("Merges that it cannot produce", splitting["unproducible_examples"], count)
    if splitting["better_known"]:
        left = count_of(splitting["better_known_unproducible"], "merge")
        blocks.append(Text(f"The known pre-tokenizer {splitting['better_known']} leaves only {left}."))
    return blocks


def _relatives(result: Result) -> list[Block]:
    if not result["lineage"]:
        return [Text("The list shares almost nothing with the known tokenizers.")]
    heads, *rows = [(name, relation, *figures) for name, *figures, relation in lineage_rows(result)]
    caption = "Known lists that share most; shared merges are estimated from a sketch where they have ±"
    return [Table(caption=caption, columns=(heads[0], "", *heads[2:]), rows=tuple(rows), words=2)]


def _trainer(result: Result) -> list[Block]:
    rules, order = [], []
    for part in result["trainer"]:
        ranks = f"{part['first_merge']:,} to {part['last_merge']:,}"
        known = ", ".join(part["trainers"]) or "no known trainer" if part["family"] else ""
        rules.append((ranks, STATUS[part["status"]], part["words"] if part["family"] else "", known))
        if part["status"] != "none_seen":
            order.append((ranks, *(f"{100 * share:.0f}" for share in part["ascending_by_tenths"])))
    if not rules:
        return []
    columns = ("merges", "what is seen", "which comes first", "as in")
    blocks: list[Block] = [Table(caption="Order of ties", columns=columns, rows=tuple(rules), words=4)]
    if order:
        caption = (
            "Percent of neighbours in this order, by tenths of these merges (50: no ties, 100: all tied)"
        )
        tenths = tuple(str(place) for place in range(1, len(order[0])))
        blocks.append(Table(caption=caption, columns=("merges", *tenths), rows=tuple(order)))
    return blocks


def _oddities(result: Result) -> list[Block]:
    blocks: list[Block] = []
    for oddity in result["oddities"]:
        tokens = [token for _, token in oddity["examples"]]
        blocks += _examples(f"{oddity['sort']}, {oddity['count']:,}", tokens, oddity["count"])
    return blocks


def _examples(said: str, tokens: Sequence[str], total: int) -> list[Block]:
    """Return a line and the tokens that it speaks of; the line says so if they are only the first."""
    first = f" (the first {len(tokens)})" if len(tokens) < total else ""
    return [Text(f"{said}{first}:"), *_listed(list(map(token_as_text, tokens)))]


def _listed(tokens: Sequence[str]) -> list[Block]:
    return [Items(tuple(tokens), tokens=True)] if tokens else []
