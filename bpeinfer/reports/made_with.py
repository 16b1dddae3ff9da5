"""What a result was made with, how to read it and how to cite it, as sections of its report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpeinfer.reports.document import Block, Facts, Items, Section, Table, Text
from bpeinfer.reports.size import size_blocks, size_in_words, size_notes, trainer_in_words

__all__ = [
    "CITATION",
    "MARK",
    "citing_section",
    "origin_section",
    "reading_section",
    "run_section",
    "section_of",
    "tokenizer_section",
]

Result = Mapping[str, Any]

CITATION = (
    "Method: Hayase, Liu, Choi, Oh, Smith: Data Mixture Inference: What do BPE Tokenizers Reveal about their Training "
    "Data? NeurIPS 2024, arXiv 2407.16607."
)

MARK = "not in these categories"


def section_of(title: str, *blocks: Block, folded: bool = False) -> Section:
    """Return a section of the given blocks; a folded one is closed at first."""
    return Section(title, blocks, folded)


def origin_section(result: Result) -> Section:
    """Return who trained the list and on how much text; empty if it was not requested."""
    size, parts = result.get("training_size"), result.get("trainer") or []
    if not size:
        return section_of("Who trained it, and on how much text")
    facts = [("Training text", size_in_words(size))]
    rows = tuple(
        (
            f"{part['first_merge']:,} – {part['last_merge']:,}",
            trainer_in_words(part),
            "".join(f"{100 * share:.0f} %" for share in part["ascending_by_tenths"][-1:]),
        )
        for part in parts
    )
    heads = ("merges", "what the order of ties says", "neighbours in order, last tenth")
    caption = "Trainers break ties each in an order of their own (50 %: no ties, 100 %: all tied)"
    blocks: list[Block] = [Facts(tuple(facts))]
    if rows:
        blocks.append(Table(caption=caption, columns=heads, rows=rows, words=2))
    blocks += size_blocks(size)
    if size["status"] != "not_told":
        blocks += map(Text, size_notes(size))
    return section_of("Who trained it, and on how much text", *blocks)


def tokenizer_section(result: Result) -> Section:
    """Return what the tokenizer is and where its file comes from."""
    tokenizer = result["tokenizer"]
    first, last, absent = result["first_merge"], result["merges"], result["merges_absent"]
    facts = [
        ("Source", tokenizer["source"]),
        ("File", tokenizer["file"]),
        ("Format", tokenizer["format"]),
        ("Repository, revision", " ".join(filter(None, (tokenizer["repository"], tokenizer["revision"])))),
        ("sha256 of the file", tokenizer["sha256"]),
        ("sha256 of the merges", tokenizer["merges_sha256"] or ""),
        (
            "Merges used",
            f"{first:,} to {last - 1:,} of {tokenizer['merges']:,}; {absent:,} of them occur in no sample",
        ),
    ]
    if provenance := result["provenance"]:
        facts.append(
            (
                "Splitting",
                f"{provenance['pretokenizer']['description']} ({provenance['pretokenizer']['origin']})",
            )
        )
    return section_of("The tokenizer", Facts(tuple(fact for fact in facts if fact[1])))


def run_section(result: Result) -> Section:
    """Return how the result was made: samples, options, solver, versions."""
    certificate, provenance = result["certificate"], result["provenance"]
    solved = (
        f"{certificate['objective']:.4g}, at least {certificate['lower_bound']:.4g} (gap {certificate['gap']:.1e}; "
        f"{certificate['status']}, {certificate['method']})"
    )
    facts = [("Disagreement", solved), ("Resamples", f"{result['resamples']}")]
    blocks: list[Block] = []
    if provenance is None:
        blocks.append(Text("The result was written before bpeinfer stored versions, options and samples."))
    else:
        facts = [*_program_facts(provenance), *facts, *_system_facts(provenance)]
        blocks += _samples_counted(provenance["corpus"])
    notes: list[Block] = [Text("Notes:"), Items(tuple(result["notes"]))] if result["notes"] else []
    return section_of("How it was made", Facts(tuple(facts)), *notes, *blocks, folded=True)


def _program_facts(provenance: Result) -> list[tuple[str, str]]:
    options = ", ".join(f"{name} {_said(value)}" for name, value in provenance["options"].items())
    return [
        ("Date", provenance["date"]),
        ("bpeinfer", provenance["bpeinfer"]),
        ("Command", provenance["command"] or "from Python"),
        ("Options", options),
    ]


def _system_facts(provenance: Result) -> list[tuple[str, str]]:
    corpus, pack = provenance["corpus"], provenance["corpus"]["pack"]
    facts = [
        (
            "Python, system",
            f"{provenance['python']} (Unicode {provenance['unicode']}), {provenance['platform']}",
        ),
        ("Libraries", ", ".join(f"{name} {version}" for name, version in provenance["libraries"].items())),
        (
            "Samples",
            f"{corpus['origin']}: {corpus['bytes']:,} bytes in {corpus['documents']:,} documents",
        ),
    ]
    if pack:
        facts.append(("Pack", f"{pack['name']}, version {pack['version']}, sha256 {pack['sha256']}"))
    if corpus["layout"]:
        facts.append(("Rewritten", corpus["layout"]))
    return facts


def _samples_counted(corpus: Result) -> list[Block]:
    """Return a table of the samples, but for those of a pack, which the JSON lists."""
    pack = corpus["pack"]
    rows = tuple(
        (
            entry["name"],
            (entry["sha256"] or "unknown")[:16],
            ", ".join(entry["licences"]) or "not stated",
            f"{entry['bytes']:,}",
            f"{entry['documents']:,}",
        )
        for entry in corpus["categories"]
        if not (pack and entry["licences"])
    )
    blocks: list[Block] = []
    if pack:
        blocks.append(Text("The JSON lists each of the pack's samples, with its sha256 and licences."))
    if rows:
        heads = ("sample", "sha256 (first 16 digits)", "licences", "bytes", "documents")
        blocks.append(Table(caption="Samples that were counted", columns=heads, rows=rows, words=3))
    return blocks


def _said(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "none"
    return "unset" if value is None else str(value)


def reading_section() -> Section:
    """Return how to read the report."""
    return section_of(
        "How to read this, and what it does not say",
        Items(
            (
                "The shares are those of the tokenizer's training text, which need not be the model's.",
                "Categories without a sample cannot be found; the answer is the best mixture of the given samples.",
                "The total interval is the one to quote: it allows for samples that differ in register from the "
                "training text. The sampling interval covers sampling noise only.",
                "Bytes %: share of the training text's bytes; pairs %: of its adjacent symbol pairs, the paper's unit.",
                f"“{MARK}” is a lower bound: text in the script of a sample can hide behind it.",
                "“< 0.5” means that the share is less than that, and may be zero.",
            )
        ),
    )


def citing_section(result: Result) -> Section:
    """Return how to cite it."""
    provenance = result["provenance"]
    with_what = f"bpeinfer {provenance['bpeinfer']}, {provenance['date'][:10]}" if provenance else "bpeinfer"
    merges = result["tokenizer"]["merges_sha256"]
    which = f", merges sha256 {merges[:16]}…" if merges else ""
    return section_of(
        "How to cite",
        Text(f"Estimate: {with_what}, of {_cited(result['tokenizer'])}{which}."),
        Text(CITATION),
    )


def _cited(tokenizer: Mapping[str, Any]) -> str:
    """Return what readers elsewhere know a tokenizer by: the hub's id, or its name where the source is a path."""
    return str(tokenizer["source" if tokenizer["repository"] else "name"])
