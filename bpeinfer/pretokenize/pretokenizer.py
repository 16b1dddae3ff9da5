"""`Pretokenizer`: a tokenizer's normalizer and pre-tokenizer as one function, text → pretokens."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.errors import TokenizerFileError
from bpeinfer.limits import DEFAULT_LIMITS
from bpeinfer.pretokenize import huggingface, sentencepiece
from bpeinfer.pretokenize.buffers import BAR, END
from bpeinfer.pretokenize.describe import splitting_in_words
from bpeinfer.pretokenize.fancy_regex import for_oniguruma, only_matches
from bpeinfer.pretokenize.guard import at_most, check_growth
from bpeinfer.pretokenize.plans import Plan, UnplannedError, plan_for_spec
from bpeinfer.ragged import ranges, starts_of

__all__ = ["Pieces", "Pretokenizer"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Pieces:
    """The pretokens of several texts, in order, without a Python object for each.

    Attributes:
        buffer: the bytes that contain them, with at least eight more after the last; BAR stands for ▁.
        starts, lengths: int64, where each pretoken starts in the buffer and how many bytes it has.
        first: int64[texts + 1], the first pretoken of each text.
    """

    buffer: bytes
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    first: NDArray[np.int64]

    def of(self, texts: NDArray[np.int64]) -> Pieces:
        """Return the pretokens of some of the texts."""
        counts = np.diff(self.first)[texts]
        own = ranges(self.first[texts], counts)
        return Pieces(self.buffer, self.starts[own], self.lengths[own], np.append(0, np.cumsum(counts)))

    def byte_lengths(self) -> NDArray[np.int64]:
        """Return int64: how many bytes each pretoken has, ▁ having three."""
        bars = np.append(0, np.cumsum(np.frombuffer(self.buffer, dtype=np.uint8) == BAR))
        lengths: NDArray[np.int64] = self.lengths + 2 * (bars[self.starts + self.lengths] - bars[self.starts])
        return lengths

    def pretokens(self) -> list[bytes]:
        """Return the pretokens as Python objects."""
        bar, buffer = bytes([BAR]), self.buffer
        spans = zip(self.starts.tolist(), (self.starts + self.lengths).tolist(), strict=True)
        return [buffer[start:stop].replace(bar, "▁".encode()) for start, stop in spans]


@dataclass(frozen=True, kw_only=True)
class Pretokenizer:
    """How a tokenizer turns text into pretokens, described by the tokenizer's own specification.

    A pretoken is the UTF-8 bytes of a piece of the *normalised* text, before ByteLevel's display mapping.
    It is made by `from_spec` or `from_pattern`, and can be compared, hashed and pickled.

    Attributes:
        normalizer: the ``normalizer`` object of tokenizer.json as canonical JSON text (``"null"``: none).
        pre_tokenizer: the ``pre_tokenizer`` object, likewise; if there is a `pattern`, the equivalent split.
        pattern: a split pattern in tiktoken's syntax (fancy-regex), else ``""``.
        name: a name for messages; ignored by comparisons and the fingerprint.
        seconds: how long a pattern or normalizer may take for one text (`Limits.pattern`); also ignored by both.

    Example:
        >>> Pretokenizer.from_spec(None, {"type": "ByteLevel", "add_prefix_space": False}).split("I'm  in")
        [b'I', b"'m", b' ', b' in']
    """

    normalizer: str = "null"
    pre_tokenizer: str = "null"
    pattern: str = ""
    name: str = ""
    seconds: float = field(default=DEFAULT_LIMITS.pattern, compare=False, repr=False)

    @classmethod
    def from_spec(
        cls,
        normalizer: Mapping[str, Any] | None,
        pre_tokenizer: Mapping[str, Any] | None,
        name: str = "",
    ) -> Pretokenizer:
        """Build from the two JSON objects of a tokenizer.json.

        Raises:
            TokenizerFileError: `tokenizers` cannot build one of them, or texts could become much longer.
        """
        check_growth(normalizer)
        made = cls(
            normalizer=_canonical(normalizer), pre_tokenizer=_canonical(_complete(pre_tokenizer)), name=name
        )
        made.split("")
        return made

    @classmethod
    def from_pattern(cls, pattern: str, name: str = "") -> Pretokenizer:
        """Build from a split pattern: pretokens are its matches; text between them is dropped, as in tiktoken.

        Raises:
            TokenizerFileError: the pattern is not a regular expression in tiktoken's syntax.
        """
        spec = only_matches(for_oniguruma(pattern))
        made = cls(pre_tokenizer=_canonical(spec), pattern=pattern, name=name)
        try:
            made.split("")
        except TokenizerFileError as error:
            raise TokenizerFileError(
                f"split pattern {pattern!r} is not a regular expression in tiktoken's syntax: {error}"
            ) from error
        return made

    def split(self, text: str) -> list[bytes]:
        """Return the pretokens of `text` in order, in the slow, certain way; `pieces` is the fast one."""
        with at_most(self.seconds):
            return self._split(text)

    def pieces(self, texts: Sequence[str], encoded: Sequence[bytes] | None = None) -> Pieces:
        """Return the pretokens of several texts, vectorised if there is a plan (see `slow_because`).

        `encoded` may give the same texts in UTF-8, if the caller has them already.
        """
        plan = self._plan
        with at_most(self.seconds):
            done = plan.split(texts, encoded) if isinstance(plan, Plan) else None
        if done is None:
            if isinstance(plan, Plan) and len(texts) > 1:  # usually only one of them is a rare case
                half = len(texts) // 2
                return _join(self.pieces(texts[:half]), self.pieces(texts[half:]))
            return _from_lists([self.split(text) for text in texts])
        buffer, starts, lengths = done
        ends = np.flatnonzero(np.frombuffer(buffer, dtype=np.uint8) == END)[: len(texts) + 1]
        return Pieces(buffer, starts, lengths, np.searchsorted(starts, ends))

    def seen_by_trainer(self, text: str) -> str:
        """Return the text without the lines that the trainer skips (sentencepiece skips long ones)."""
        return text if self._longest_line is None else sentencepiece.readable(text, self._longest_line)

    @cached_property
    def _longest_line(self) -> int | None:
        """Bytes of the longest line that sentencepiece's trainer reads (0: any); None for other trainers."""
        return next(
            (
                int(spec["max_sentence_length"])
                for spec in sentencepiece.flat(json.loads(self.normalizer))
                if sentencepiece.is_sentencepiece(spec)
            ),
            None,
        )

    @property
    def slow_because(self) -> str:
        """Why texts are split by `tokenizers` or `regex` instead of vectorised; "" if they are vectorised."""
        return self._plan.slow_because if isinstance(self._plan, Plan) else self._plan

    def count(self, text: str) -> Counter[bytes]:
        """Return how often each pretoken occurs in `text`."""
        return Counter(self.split(text))

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 (hex) of the specification: equal fingerprints mean equal pretokens."""
        document = [self.normalizer, self.pre_tokenizer, self.pattern]
        return hashlib.sha256(json.dumps(document).encode()).hexdigest()

    @cached_property
    def description(self) -> str:
        """A description in one line: the normalizer, then the pre-tokenizer or pattern."""
        steps = splitting_in_words(json.loads(self.normalizer), json.loads(self.pre_tokenizer))
        words = f"matches of {self.pattern}" if self.pattern else ", then ".join(steps)
        return f"{self.name}: {words}" if self.name else words

    @cached_property
    def _plan(self) -> Plan | str:
        try:
            plan = plan_for_spec(json.loads(self.normalizer), json.loads(self.pre_tokenizer))
            if plan.slow_because:
                _log.info("pretokenizer %s is slow: %s", self.name, plan.slow_because)
            return plan
        except UnplannedError as reason:
            _log.info("pretokenizer %s is split one text after another: %s", self.name, reason)
            return str(reason)

    @cached_property
    def _split(self) -> Callable[[str], list[bytes]]:
        if f'"{sentencepiece.TYPE}"' in self.normalizer + self.pre_tokenizer:
            return sentencepiece.splitting_function(
                json.loads(self.normalizer), json.loads(self.pre_tokenizer)
            )
        return huggingface.splitting_function(self.normalizer, self.pre_tokenizer)

    def __getstate__(self) -> dict[str, object]:
        return {part.name: self.__dict__[part.name] for part in fields(self)}


def _canonical(spec: Mapping[str, Any] | None) -> str:
    return json.dumps(spec, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _complete(spec: Any) -> Any:
    """Add fields that some files leave out and that change no pretoken."""
    if isinstance(spec, list):
        return [_complete(part) for part in spec]
    if not isinstance(spec, Mapping):
        return spec
    defaults = {"trim_offsets": True} if spec.get("type") == "ByteLevel" else {}
    return defaults | {key: _complete(value) for key, value in spec.items()}


def _from_lists(lists: list[list[bytes]]) -> Pieces:
    lengths = np.array([len(piece) for pieces in lists for piece in pieces], dtype=np.int64)
    return Pieces(
        b"".join(piece for pieces in lists for piece in pieces) + bytes([END] * 16),
        starts_of(lengths),
        lengths,
        np.concatenate([[0], np.cumsum([len(pieces) for pieces in lists])]).astype(np.int64),
    )


def _join(left: Pieces, right: Pieces) -> Pieces:
    return Pieces(
        left.buffer + right.buffer,
        np.concatenate([left.starts, right.starts + len(left.buffer)]),
        np.concatenate([left.lengths, right.lengths]),
        np.concatenate([left.first[:-1], right.first + len(left.starts)]),
    )
