"""From a `RawTokenizer` to its learned merges, with an account of everything that was set aside.

Two kinds of list are found in files. A *trained* list has the merges as the trainer made them; it is kept as
it is, also where the trainer reached the same token by a second pair later. A *converter's* list names every
split of every token into two other tokens; training took only one of them, which the replay rule finds
(`recovery`). The two are told apart by content, see `lists_every_split`: of the products that have two
possible splits or more, all were listed with every one on five converters' lists (Llama 3, gpt-oss, Gemma 3,
Gemini, Mistral v1: 20,069 to 177,155 such products), none on trained lists (Claude, DeepSeek-V3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.bytelevel import CHARACTER_OF_BYTE
from bpeinfer.loading.raw import RawTokenizer, Token
from bpeinfer.loading.recovery import Recovery, recover_merges
from bpeinfer.merges import MergeList

__all__ = ["MergeAudit", "learned_merges", "lists_every_split"]

LONGEST_TOKEN = 4_096
LONGEST_SUM = 10_000_000
"""Units in one token, and in all, that the replay rule takes on (real lists: 128 and 2 million)."""
SEEN_SPLITS = 20_000
"""Products by which a converter's list is recognised."""

FEW_SPLITS = 20
"""Fewer products with several splits than this do not tell a converter's list from a short trained one."""

MOVED_TO_THE_END = 100
"""At most one in so many tokens at the end of a list was moved there by a score that was written over."""

HAND_MADE_BLOCK = 8
"""At least so many runs of one blank character, one right after the other, count as added by hand."""


@dataclass(frozen=True, kw_only=True)
class MergeAudit:
    """The account of one tokenizer: where every token and every listed merge went.

    Two sums hold, and are checked when the account is made::

        vocabulary    == alphabet_tokens + learned_tokens + sum(tokens_set_aside.values())
        listed_merges == learned_merges - learned_not_listed + sum(merges_set_aside.values())

    Attributes:
        method: "listed" (the file's own list is the trained one) or "replay" (recovered by the replay rule).
        order: where the order of the merges comes from: the "list", or, where there is none, the "ids".
        vocabulary: distinct tokens in the file; 0 for a format that lists merges only.
        alphabet_tokens: tokens that training started from.
        learned_tokens: tokens made by a learned merge.
        listed_merges: merges in the file; 0 if the format lists none.
        learned_merges: length of the resulting merge list.
        learned_not_listed: learned merges that the file does not list (all of them if it lists none).
        tokens_set_aside, merges_set_aside: counts by reason.
        unreachable: tokens that BPE never leaves whole; they stay in the list with a fall-back split.
        order_inversions: merges whose token has a lower creation id than one made before it.
    """

    method: Literal["listed", "replay"]
    order: Literal["list", "ids"] = "list"
    vocabulary: int
    alphabet_tokens: int
    learned_tokens: int
    listed_merges: int
    learned_merges: int
    learned_not_listed: int
    tokens_set_aside: Mapping[str, int]
    merges_set_aside: Mapping[str, int]
    unreachable: tuple[bytes, ...]
    order_inversions: int

    @property
    def set_aside(self) -> dict[str, int]:
        """Counts by reason, tokens and merges together."""
        return {**self.tokens_set_aside, **self.merges_set_aside}

    def __post_init__(self) -> None:
        tokens = self.alphabet_tokens + self.learned_tokens + sum(self.tokens_set_aside.values())
        if self.vocabulary and tokens != self.vocabulary:
            raise ValueError(f"{self.vocabulary} tokens in the file, {tokens} accounted for")
        merges = self.learned_merges - self.learned_not_listed + sum(self.merges_set_aside.values())
        if merges != self.listed_merges:
            raise ValueError(f"{self.listed_merges} merges in the file, {merges} accounted for")


def lists_every_split(merges: Sequence[tuple[Token, Token]], continuing_prefix: Token = "") -> bool:
    """Say whether a converter wrote the list: products with several possible splits have all of them listed.

    A trained list names a product twice only where training reached it by another pair. A split is possible
    when both parts are themselves single units or products. The list is a converter's if most of the products
    that have two possible splits or more are listed with every one.

    Example:
        >>> lists_every_split([("a", "b"), ("b", "c"), ("ab", "c"), ("a", "bc")])
        True
        >>> lists_every_split([("a", "b"), ("b", "c"), ("ab", "c")])
        False
    """
    if continuing_prefix:
        return False
    listed = Counter(_joined(left, right) for left, right in merges)
    if len(listed) == len(merges):
        return False
    several = complete = 0
    for product, times in listed.items():
        if len(product) > LONGEST_TOKEN or several == SEEN_SPLITS:
            continue
        cuts = range(1, len(product))
        last = len(product) - 1
        possible = sum(
            (cut == 1 or product[:cut] in listed) and (cut == last or product[cut:] in listed) for cut in cuts
        )
        if possible > 1:
            several += 1
            complete += times >= possible
    if several < FEW_SPLITS and _could_be_trained(merges, listed):
        return False
    return 2 * complete > several


def _could_be_trained(merges: Sequence[tuple[Token, Token]], listed: Counter[Token]) -> bool:
    """Say whether every part is made before it is used, and the ways to a product are not side by side."""
    made: set[Token] = set()
    before: Token | None = None
    apart = False
    for left, right in merges:
        if any(part in listed and part not in made for part in (left, right)):
            return False
        product = _joined(left, right)
        apart |= product in made and product != before
        made.add(product)
        before = product
    return apart


def _joined(left: Token, right: Token) -> Token:
    return left + right  # type: ignore[operator]  # both are bytes or both are str


def learned_merges(raw: RawTokenizer) -> tuple[MergeList, MergeAudit]:
    """Tell the learned merges of a tokenizer file from the rest.

    Raises:
        TokenizerFileError: no merge can be learned from the file.
    """
    merges = raw.merges
    if merges is None:
        return _replayed(raw, _recovered(raw, list(raw.tokens)))
    if lists_every_split(merges, raw.marks.continuing_prefix):
        return _replayed(raw, _in_trained_order(raw, merges))
    return _as_listed(raw, merges)


def _is_unit(token: Token, raw: RawTokenizer) -> bool:
    """Say whether a token is one byte or character, marks not counted."""
    if len(token) == 1:
        return True
    marks = raw.marks
    if not marks:
        return False
    text = token.decode("latin-1") if isinstance(token, bytes) else token
    return text == marks.end_of_word if marks.apart else len(marks.bare(text)) == 1


def _alphabet(raw: RawTokenizer, also: Sequence[Token] = ()) -> list[Token]:
    """Single units in creation order; without a vocabulary a byte alphabet has every byte."""
    units = [token for token in raw.tokens if _is_unit(token, raw)]
    units += also
    if raw.unit == "byte" and (raw.merges is None or not raw.tokens):
        every = [bytes([byte]) for byte in CHARACTER_OF_BYTE]
        units += every
        if raw.marks.end_of_word and not raw.marks.apart:
            units += [byte + raw.marks.end_of_word.encode() for byte in every]
        if raw.marks.continuing_prefix:
            units += [raw.marks.continuing_prefix.encode() + byte for byte in every]
    return list(dict.fromkeys(units))


def _merge_list(
    raw: RawTokenizer,
    alphabet: Sequence[Token],
    made: Sequence[Token],
    columns: tuple[Sequence[int], ...],
    skips_unknown: bool = False,
    counts: Sequence[int] | None = None,
) -> MergeList:
    symbols = tuple(
        token if isinstance(token, bytes) else token.encode("utf-8", "surrogatepass")
        for token in (*alphabet, *made)
    )
    left, right, product = (np.array(column, dtype=np.int32) for column in columns)
    return MergeList(
        symbols=symbols,
        alphabet_size=len(alphabet),
        left=left,
        right=right,
        product=product,
        unit=raw.unit,
        end_of_word=raw.marks.end_of_word.encode(),
        continuing_prefix=raw.marks.continuing_prefix.encode(),
        skips_unknown=skips_unknown,
        counts=None if counts is None else np.array(counts, dtype=np.int64),
    )


def _as_listed(raw: RawTokenizer, merges: Sequence[tuple[Token, Token]]) -> tuple[MergeList, MergeAudit]:
    parts = dict.fromkeys(part for pair in merges for part in pair)
    alphabet = _alphabet(raw, [part for part in parts if _is_unit(part, raw)])
    ids: dict[Token, int] = {token: number for number, token in enumerate(alphabet)}
    counted = merges[: _last_counted(raw, len(merges))]
    kept, columns, aside = _numbered(counted, ids, raw)
    aside["merges_of_count_0"] = len(merges) - len(counted)
    made = list(ids)[len(alphabet) :]
    _require(made, raw)
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
        tokens_set_aside=_positive(tokens_aside),
        merges_set_aside=_positive(aside),
        unreachable=(),
        order_inversions=_inversions(order),
    )
    made_list = _merge_list(
        raw,
        alphabet,
        made,
        columns,
        skips_unknown=bool(raw.tokens),  # a vocabulary and its trained list: made by Hugging Face's trainer
        counts=None if raw.counts is None else [raw.counts[rank] for rank in kept],
    )
    return made_list, audit


def _last_counted(raw: RawTokenizer, merges: int) -> int:
    """Return the number of merges up to the last pair that occurs: fastBPE goes on with pairs that do not."""
    if raw.counts is None:
        return merges
    return max((rank for rank in range(merges) if raw.counts[rank]), default=-1) + 1


def _numbered(
    merges: Sequence[tuple[Token, Token]], ids: dict[Token, int], raw: RawTokenizer
) -> tuple[list[int], tuple[list[int], list[int], list[int]], Counter[str]]:
    """Number the merges' parts and products; products are added to `ids`.

    Returns:
        the ranks kept, the columns left, right and product of these, and why how many others are set aside.
    """
    mark = raw.marks.continuing_prefix
    prefix: Token = mark.encode() if raw.unit == "byte" else mark
    seen: set[tuple[int, int]] = set()
    kept: list[int] = []
    left, right, product = [], [], []
    aside: Counter[str] = Counter()
    get = ids.get
    for rank, (first, second) in enumerate(merges):
        first_id, second_id = get(first), get(second)
        if first_id is None or second_id is None:
            aside["merges_of_missing_parts"] += 1
            continue
        if (first_id, second_id) in seen:
            aside["repeated_merges"] += 1
            continue
        seen.add((first_id, second_id))
        whole = first + (second.removeprefix(prefix) if prefix else second)  # type: ignore[operator, arg-type]
        kept.append(rank)
        left.append(first_id)
        right.append(second_id)
        product.append(ids.setdefault(whole, len(ids)))
    return kept, (left, right, product), aside


@dataclass(frozen=True, kw_only=True)
class _Recovered:
    """The replay rule's findings for the tokens of a file in one order."""

    found: Recovery
    alphabet: list[Token]
    candidates: int
    by_hand: set[Token]
    order: Literal["ids", "list"] = "ids"

    @property
    def failures(self) -> tuple[int, int]:
        """Tokens whose parts come after them (a trained order has none), then those that BPE never leaves whole."""
        return len(self.found.impossible), len(self.found.unreachable)


def _recovered(raw: RawTokenizer, tokens: Sequence[Token], by_hand: set[Token] | None = None) -> _Recovered:
    alphabet = _alphabet(raw)
    known = set(alphabet)
    candidates = [token for token in tokens if token not in known]
    by_hand = _hand_made(candidates, raw) if by_hand is None else by_hand
    longest, total = max(map(len, candidates), default=0), sum(map(len, candidates))
    if longest > LONGEST_TOKEN or total > LONGEST_SUM:
        raise TokenizerFileError(
            f"tokens of {longest:,} units ({total:,} in all), too long to be learned ones "
            f"(at most {LONGEST_TOKEN:,}, and {LONGEST_SUM:,} in all)"
        )
    found = recover_merges(alphabet, [token for token in candidates if token not in by_hand])
    return _Recovered(found=found, alphabet=alphabet, candidates=len(candidates), by_hand=by_hand)


def _in_trained_order(raw: RawTokenizer, merges: Sequence[tuple[Token, Token]]) -> _Recovered:
    """Recover the merges of a list of every split, in the order of the ids or of the list.

    Converters write the list in the order of creation, and some of them number the tokens anew. Others number them
    as created and sort the list by scores; tokens whose score was written over then stand at its end. Apart from
    these, where the orders differ, the one counts in which the replay rule fails on fewer tokens (in an order that
    is not the trained one some come before their parts), and the list's if neither is better.
    """
    by_id = _recovered(raw, list(raw.tokens))
    listed = dict.fromkeys(_joined(left, right) for left, right in merges)
    place = {token: number for number, token in enumerate(raw.tokens) if token not in by_id.by_hand}
    ids = np.array([place[token] for token in listed if token in place], dtype=np.int64)
    falls = np.flatnonzero(np.diff(ids) < 0)
    if not len(falls) or (falls[0] + 1) * MOVED_TO_THE_END >= len(ids) * (MOVED_TO_THE_END - 1):
        return by_id
    rest = [token for token in raw.tokens if token not in listed]
    by_list = _recovered(raw, [*listed, *rest], by_id.by_hand)
    if by_id.failures < by_list.failures:
        return by_id
    return replace(by_list, candidates=by_id.candidates, order="list")


def _replayed(raw: RawTokenizer, recovered: _Recovered) -> tuple[MergeList, MergeAudit]:
    found, alphabet, by_hand = recovered.found, recovered.alphabet, recovered.by_hand
    _require(found.made, raw)
    tokens_aside = Counter(raw.set_aside)
    tokens_aside["tokens_added_by_hand"] += len(by_hand)
    merges_aside: Counter[str] = Counter()
    not_listed = len(found.made)
    order: list[int] = []
    if raw.merges is not None:
        merges_aside, not_listed = _listed_but_not_learned(
            raw.merges, alphabet, found.left, found.right, found.made, by_hand
        )
        rank_of = {token: number for number, token in enumerate(found.made)}
        others = (
            dict.fromkeys(_joined(left, right) for left, right in raw.merges)
            if recovered.order == "ids"
            else raw.tokens
        )
        order = [rank_of[token] for token in others if token in rank_of]
    inside = set(raw.tokens)
    learned_tokens = sum(token in inside for token in found.made)
    tokens_aside["tokens_without_merge"] += recovered.candidates - len(by_hand) - learned_tokens
    audit = MergeAudit(
        method="replay",
        order=recovered.order,
        vocabulary=len(raw.tokens) + sum(raw.set_aside.values()),
        alphabet_tokens=len(raw.tokens) - recovered.candidates,
        learned_tokens=learned_tokens,
        listed_merges=len(raw.merges or ()),
        learned_merges=len(found.made),
        learned_not_listed=not_listed,
        tokens_set_aside=_positive(tokens_aside),
        merges_set_aside=_positive(merges_aside),
        unreachable=tuple(_as_bytes(found.made[position]) for position in found.unreachable),
        order_inversions=_inversions(order),
    )
    product = range(len(alphabet), len(alphabet) + len(found.made))
    return _merge_list(raw, alphabet, found.made, (found.left, found.right, product)), audit


def _listed_but_not_learned(
    merges: Sequence[tuple[Token, Token]],
    alphabet: Sequence[Token],
    left: Sequence[int],
    right: Sequence[int],
    made: Sequence[Token],
    by_hand: set[Token],
) -> tuple[Counter[str], int]:
    symbols = [*alphabet, *made]
    pairs = {(symbols[first], symbols[second]) for first, second in zip(left, right, strict=True)}
    aside: Counter[str] = Counter()
    met: set[tuple[Token, Token]] = set()
    for pair in merges:
        if pair in met:
            aside["repeated_merges"] += 1
        elif pair not in pairs:
            hand = _joined(*pair) in by_hand
            aside["merges_added_by_hand" if hand else "redundant_splits"] += 1
        met.add(pair)
    return aside, len(pairs - met)


def _hand_made(candidates: Sequence[Token], raw: RawTokenizer) -> set[Token]:
    """Runs of one blank in a block of creation ids were added by hand; interleaved ones were learned."""
    by_hand: set[Token] = set()
    if raw.unit != "character":
        return by_hand
    runs: dict[str, list[int]] = {blank: [] for blank in (" ", "▁", "\n", "\t", "\r")}
    for number, token in enumerate(candidates):
        blank = str(token[:1])
        if blank in runs and token == blank * len(token):
            runs[blank].append(number)
    for numbers in runs.values():
        if len(numbers) >= HAND_MADE_BLOCK and numbers[-1] - numbers[0] == len(numbers) - 1:
            by_hand.update(candidates[number] for number in numbers)
    return by_hand


def _as_bytes(token: Token) -> bytes:
    return token if isinstance(token, bytes) else token.encode("utf-8", "surrogatepass")


def _require(made: Sequence[Token], raw: RawTokenizer) -> None:
    if not made:
        raise TokenizerFileError(
            f"a {raw.format} file without one learned merge; it is damaged or no BPE tokenizer"
        )


def _positive(counts: Mapping[str, int]) -> dict[str, int]:
    return {reason: count for reason, count in counts.items() if count}


def _inversions(order: Sequence[int]) -> int:
    """How many items are smaller than one before them."""
    numbers = np.asarray(order, dtype=np.int64)
    return int((numbers < np.maximum.accumulate(numbers)).sum()) if len(numbers) else 0
