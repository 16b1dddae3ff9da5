"""The learned merges of a trained list: the file's own, unchanged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.audit import MergeAudit
from bpeinfer.loading.building import (
    build_merge_list,
    inversions,
    is_unit,
    positive,
    require_merges,
    starting_alphabet,
)
from bpeinfer.loading.raw import RawTokenizer, Token
from bpeinfer.merges import MergeList

__all__ = ["as_listed"]


def as_listed(raw: RawTokenizer, merges: Sequence[tuple[Token, Token]]) -> tuple[MergeList, MergeAudit]:
    """Return the merges of a trained list, without repeated ones and those whose parts do not exist.

    Raises:
        TokenizerFileError: no merge is left, or the parts of most of them are missing.
    """
    parts = dict.fromkeys(part for pair in merges for part in pair)
    alphabet = starting_alphabet(raw, [part for part in parts if is_unit(part, raw)])
    ids: dict[Token, int] = {token: number for number, token in enumerate(alphabet)}
    counted = merges[: _last_counted(raw, len(merges))]
    kept, columns, aside = _numbered(counted, ids, raw)
    missing = aside["merges_of_missing_parts"]
    if 2 * missing > len(counted):
        raise TokenizerFileError(
            f"a list of {len(counted):,} pairs, {missing:,} of which have parts that no earlier pair makes: not merges "
            "in the order of training; give the list that the trainer wrote"
        )
    aside["merges_of_count_0"] = len(merges) - len(counted)
    made = list(ids)[len(alphabet) :]
    require_merges(made, raw)
    tokens_aside = Counter(raw.set_aside)
    tokens_aside["tokens_without_merge"] += sum(token not in ids for token in raw.tokens)
    creation = {token: number for number, token in enumerate(raw.tokens)}
    order = [creation[token] for token in made if token in creation]
    audit = MergeAudit(
        method="listed",
        vocabulary=len(raw.tokens) + sum(raw.set_aside.values()),
        alphabet_tokens=sum(token in creation for token in alphabet),
        learned_tokens=len(order),
        listed_merges=len(merges),
        learned_merges=len(kept),
        learned_not_listed=0,
        tokens_set_aside=positive(tokens_aside),
        merges_set_aside=positive(aside),
        unreachable=(),
        order_inversions=inversions(order),
    )
    made_list = build_merge_list(
        raw,
        alphabet,
        made,
        columns,
        skips_unknown=bool(raw.tokens),  # a trained list with a vocabulary comes from Hugging Face's trainer
        counts=None if raw.counts is None else [raw.counts[rank] for rank in kept],
    )
    return made_list, audit


def _last_counted(raw: RawTokenizer, merges: int) -> int:
    """Return the number of merges up to the last pair that occurs: fastBPE continues with pairs that do not."""
    if raw.counts is None:
        return merges
    return max((rank for rank in range(merges) if raw.counts[rank]), default=-1) + 1


def _numbered(
    merges: Sequence[tuple[Token, Token]], ids: dict[Token, int], raw: RawTokenizer
) -> tuple[list[int], tuple[list[int], list[int], list[int]], Counter[str]]:
    """Number the merges' parts and products; products are added to `ids`.

    Returns:
        the ranks kept, their columns left, right and product, and how many others are set aside, by reason.
    """
    mark = raw.marks.continuing_prefix
    prefix: Token = mark.encode() if raw.unit == "byte" else mark
    seen: set[int] = set()
    kept: list[int] = []
    left, right, product = [], [], []
    aside: Counter[str] = Counter()
    get = ids.get
    for rank, (first, second) in enumerate(merges):
        first_id, second_id = get(first), get(second)
        if first_id is None or second_id is None:
            aside["merges_of_missing_parts"] += 1
            continue
        pair = first_id << 32 | second_id
        if pair in seen:
            aside["repeated_merges"] += 1
            continue
        seen.add(pair)
        whole = first + (second.removeprefix(prefix) if prefix else second)  # type: ignore[operator, arg-type]
        kept.append(rank)
        left.append(first_id)
        right.append(second_id)
        product.append(ids.setdefault(whole, len(ids)))
    return kept, (left, right, product), aside
