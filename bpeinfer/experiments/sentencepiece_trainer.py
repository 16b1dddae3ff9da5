"""Train sentencepiece's own BPE over characters from pretoken counts (needs the extra `experiments`)."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bpeinfer.extras import need
from bpeinfer.loading import TrainerLimits, load_tokenizer
from bpeinfer.loading.sentencepiece_rules import normalizer_spec, pre_tokenizer_spec
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["LIMITS", "line_and_space_splits", "train_sentencepiece"]

LIMITS = TrainerLimits(longest_token=16, split_at_spaces=True, each_once=True)
"""What sentencepiece's trainer may merge in experiments: its defaults, except that scripts and digits may mix."""


def line_and_space_splits() -> Pretokenizer:
    """Return how that trainer splits text: at line ends and tabs, and before spaces, which become ``▁``."""
    tabs = {"type": "Replace", "pattern": {"String": "\t"}, "content": "\n"}
    lines = normalizer_spec(prepend_space=True, collapse_spaces=False)
    return Pretokenizer.from_spec(
        {"type": "Sequence", "normalizers": [tabs, lines]},
        pre_tokenizer_spec(LIMITS),
        name="sentencepiece",
    )


def train_sentencepiece(pretokens: Sequence[bytes], counts: NDArray[np.int64], merges: int) -> MergeList:
    """Train on the pretokens as sentences with frequencies, under `LIMITS`; characters cover all of the text.

    Raises:
        MissingExtraError: sentencepiece is not installed (extra ``experiments``).
    """
    sentencepiece = need("sentencepiece", "experiments", "this trainer")
    occurring = [
        (text, int(count))
        for text, count in zip((raw.decode() for raw in pretokens), counts, strict=True)
        if count and not any(sign in text for sign in "\r\0")
    ]
    characters = len(set().union(*(text for text, _ in occurring)))
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "pretokens.tsv")
        table.write_text("".join(f"{text}\t{count}\n" for text, count in occurring), "utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(table),
            input_format="tsv",
            model_prefix=str(Path(folder, "trained")),
            model_type="bpe",
            vocab_size=merges + characters + 3,  # <unk>, <s> and </s>
            character_coverage=1.0,
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            split_by_unicode_script=False,
            split_by_number=False,
            hard_vocab_limit=False,
            max_sentence_length=1 << 20,
            num_threads=1,
            minloglevel=2,
        )
        return load_tokenizer(Path(folder, "trained.model")).merges
