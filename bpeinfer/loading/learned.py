"""From a `RawTokenizer` to its learned merges, with an account of everything that was set aside.

Files contain two kinds of list. A *trained* list has the merges as the trainer made them; it is kept as it is,
even where the trainer later made the same token from another pair. A *converter's* list names every split of
every token into two other tokens (`every_split`); training used only one of them, which the replay rule finds
(`recovery`).
"""

from __future__ import annotations

from bpeinfer.loading.audit import MergeAudit
from bpeinfer.loading.every_split import lists_every_split
from bpeinfer.loading.raw import RawTokenizer
from bpeinfer.loading.replayed_list import as_replayed, recover, recover_in_trained_order
from bpeinfer.loading.trained_list import as_listed
from bpeinfer.merges import MergeList

__all__ = ["learned_merges"]


def learned_merges(raw: RawTokenizer) -> tuple[MergeList, MergeAudit]:
    """Separate the learned merges of a tokenizer file from the rest.

    Raises:
        TokenizerFileError: no merge can be learned from the file.
    """
    merges = raw.merges
    if merges is None:
        return as_replayed(raw, recover(raw, list(raw.tokens)))
    if lists_every_split(merges, raw.marks.continuing_prefix):
        return as_replayed(raw, recover_in_trained_order(raw, merges))
    return as_listed(raw, merges)
