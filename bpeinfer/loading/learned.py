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
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.bytelevel import CHARACTER_OF_BYTE
from bpeinfer.loading.raw import RawTokenizer, Token
from bpeinfer.loading.recovery import recover_merges
from bpeinfer.merges import MergeList

__all__ = ["MergeAudit", "learned_merges", "lists_every_split"]

LONGEST_TOKEN = 4_096
LONGEST_SUM = 10_000_000
"""Units in one token, and in all, that the replay rule takes on (real lists: 128 and 2 million)."""
SEEN_SPLITS = 20_000
"""Products by which a converter's list is recognised."""

HAND_MADE_BLOCK = 8
"""At least so many runs of one blank character, one right after the other, count as added by hand."""


@dataclass(frozen=True)
class MergeAudit:
    """The account of one tokenizer: where every token and every listed merge went.

    Two sums hold, and are checked when the account is made::

        vocabulary    == alphabet_tokens + learned_tokens + sum(tokens_set_aside.values())
        listed_merges == learned_merges - learned_not_listed + sum(merges_set_aside.values())

    Attributes:
        method: "listed" (the file's own list is the trained one) or "replay" (recovered by the replay rule).
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
    return 2 * complete > several


def _joined(left: Token, right: Token) -> Token:
    return left + right  # type: ignore[operator]  # both are bytes or both are str


def learned_merges(raw: RawTokenizer) -> tuple[MergeList, MergeAudit]:
    """Tell the learned merges of a tokenizer file from the rest.

    Raises:
        TokenizerFileError: no merge can be learned from the file.
    """
    merges = raw.merges
    if merges is None or lists_every_split(merges, raw.continuing_prefix):
        return _replayed(raw)
    return _as_listed(raw, merges)


def _is_unit(token: Token, raw: RawTokenizer) -> bool:
    """Say whether a token is one byte or character, marks not counted."""
    if len(token) == 1:
        return True
    if not raw.end_of_word and not raw.continuing_prefix:
        return False
    text = token.decode("latin-1") if isinstance(token, bytes) else token
    return len(text.removesuffix(raw.end_of_word).removeprefix(raw.continuing_prefix)) == 1


def _alphabet(raw: RawTokenizer, also: Sequence[Token] = ()) -> list[Token]:
    """Single units in creation order; a byte alphabet always has every byte, known or not."""
    units = [token for token in raw.tokens if _is_unit(token, raw)]
    units += also
    if raw.unit == "byte":
        every = [bytes([byte]) for byte in CHARACTER_OF_BYTE]
        units += every
        if raw.end_of_word:
            units += [byte + raw.end_of_word.encode() for byte in every]
        if raw.continuing_prefix:
            units += [raw.continuing_prefix.encode() + byte for byte in every]
    return list(dict.fromkeys(units))


def _merge_list(
    raw: RawTokenizer, alphabet: Sequence[Token], made: Sequence[Token], columns: tuple[Sequence[int], ...]
) -> MergeList:
    symbols = tuple(
        token if isinstance(token, bytes) else token.encode("utf-8", "surrogatepass")
        for token in (*alphabet, *made)
    )
    left, right, product = (np.array(column, dtype=np.int32) for column in columns)
    marks = raw.end_of_word.encode(), raw.continuing_prefix.encode()
    return MergeList(symbols, len(alphabet), left, right, product, raw.unit, *marks)


def _as_listed(raw: RawTokenizer, merges: Sequence[tuple[Token, Token]]) -> tuple[MergeList, MergeAudit]:
    parts = dict.fromkeys(part for pair in merges for part in pair)
    alphabet = _alphabet(raw, [part for part in parts if _is_unit(part, raw)])
    ids: dict[Token, int] = {token: number for number, token in enumerate(alphabet)}
    seen: set[tuple[int, int]] = set()
    left, right, product = [], [], []
    aside: Counter[str] = Counter()
    prefix: Token = raw.continuing_prefix.encode() if raw.unit == "byte" else raw.continuing_prefix
    get = ids.get
    for first, second in merges:
        first_id, second_id = get(first), get(second)
        if first_id is None or second_id is None:
            aside["merges_of_missing_parts"] += 1
            continue
        if (first_id, second_id) in seen:
            aside["repeated_merges"] += 1
            continue
        seen.add((first_id, second_id))
        whole = first + (second.removeprefix(prefix) if prefix else second)  # type: ignore[operator, arg-type]
        left.append(first_id)
        right.append(second_id)
        product.append(ids.setdefault(whole, len(ids)))
    made = list(ids)[len(alphabet) :]
    _require(made, raw)
    tokens_aside = Counter(raw.set_aside)
    if raw.tokens:
        tokens_aside["tokens_without_merge"] += sum(token not in ids for token in raw.tokens)
        creation = {token: number for number, token in enumerate(raw.tokens)}
        order = [creation[token] for token in made if token in creation]
        alphabet_tokens = sum(token in creation for token in alphabet)
        learned_tokens = len(order)
    else:
        order, alphabet_tokens, learned_tokens = [], 0, 0
    audit = MergeAudit(
        "listed",
        len(raw.tokens) + sum(raw.set_aside.values()),
        alphabet_tokens,
        learned_tokens,
        len(merges),
        len(left),
        0,
        _positive(tokens_aside),
        _positive(aside),
        (),
        _inversions(order),
    )
    return _merge_list(raw, alphabet, made, (left, right, product)), audit


def _replayed(raw: RawTokenizer) -> tuple[MergeList, MergeAudit]:
    alphabet = _alphabet(raw)
    known = set(alphabet)
    candidates = [token for token in raw.tokens if token not in known]
    by_hand = _hand_made(candidates, raw)
    longest, total = max(map(len, candidates), default=0), sum(map(len, candidates))
    if longest > LONGEST_TOKEN or total > LONGEST_SUM:
        raise TokenizerFileError(
            f"tokens of {longest:,} units ({total:,} in all), too long to be learned ones "
            f"(at most {LONGEST_TOKEN:,}, and {LONGEST_SUM:,} in all)"
        )
    found = recover_merges(alphabet, [token for token in candidates if token not in by_hand])
    _require(found.made, raw)
    tokens_aside = Counter(raw.set_aside)
    tokens_aside["tokens_added_by_hand"] += len(by_hand)
    tokens_aside["tokens_without_merge"] += len(found.impossible)
    merges_aside: Counter[str] = Counter()
    not_listed = len(found.made)
    order: list[int] = []
    if raw.merges is not None:
        merges_aside, not_listed = _listed_but_not_learned(
            raw.merges, alphabet, found.left, found.right, found.made, by_hand
        )
        rank_of = {token: number for number, token in enumerate(found.made)}
        listed_order = dict.fromkeys(_joined(left, right) for left, right in raw.merges)
        order = [rank_of[token] for token in listed_order if token in rank_of]
    audit = MergeAudit(
        "replay",
        len(raw.tokens) + sum(raw.set_aside.values()),
        len(raw.tokens) - len(candidates),
        len(found.made),
        len(raw.merges or ()),
        len(found.made),
        not_listed,
        _positive(tokens_aside),
        _positive(merges_aside),
        tuple(_as_bytes(found.made[position]) for position in found.unreachable),
        _inversions(order),
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
