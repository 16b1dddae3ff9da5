"""Is a list the trainer's own, or a converter's, which names every split of every token?

The content distinguishes the two. Five converters' lists (Llama 3, gpt-oss, Gemma 3, Gemini, Mistral v1) give
every split of all products with two possible splits or more (20,069 to 177,155 products); trained lists (Claude,
DeepSeek-V3) do so for none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bpeinfer.loading.raw import LONGEST_TOKEN, Token, join_tokens

__all__ = ["lists_every_split"]

SEEN_SPLITS = 20_000
"""Number of products by which a converter's list is recognised."""

FEW_SPLITS = 20
"""Fewer products with several splits than this cannot distinguish a converter's list from a short trained one."""


def lists_every_split(merges: Sequence[tuple[Token, Token]], continuing_prefix: Token = "") -> bool:
    """Return whether a converter wrote the list: products with several possible splits have all of them listed.

    A trained list names a product twice only where training reached it by another pair. A split is possible
    if both parts are themselves single units or products. The list is a converter's if most of the products
    with two possible splits or more are listed with all of them.

    Example:
        >>> lists_every_split([("a", "b"), ("b", "c"), ("ab", "c"), ("a", "bc")])
        True
        >>> lists_every_split([("a", "b"), ("b", "c"), ("ab", "c")])
        False
    """
    if continuing_prefix:
        return False
    listed = Counter(join_tokens(left, right) for left, right in merges)
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
    """Return whether every part is made before it is used, and some product's merges are not adjacent."""
    made: set[Token] = set()
    before: Token | None = None
    apart = False
    for left, right in merges:
        if any(part in listed and part not in made for part in (left, right)):
            return False
        product = join_tokens(left, right)
        apart |= product in made and product != before
        made.add(product)
        before = product
    return apart
