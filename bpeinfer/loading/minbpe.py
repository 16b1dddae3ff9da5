"""minbpe's .model file: the pattern, the special tokens, and a pair of ids for each merge."""

from __future__ import annotations

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.raw import RawTokenizer, require_bounded
from bpeinfer.pretokenize.fancy_regex import only_matches

__all__ = ["HEADER", "parse_minbpe"]

HEADER = b"minbpe v1"


def parse_minbpe(data: bytes, name: str) -> RawTokenizer:
    """Read a model; ids 0 to 255 are the bytes, then come the merges'. Its patterns have the syntax of `regex`.

    Raises:
        TokenizerFileError: a line is not two existing ids.
    """
    require_bounded(data.count(b"\n"), "lines", name)
    try:
        lines = data.decode("utf-8").split("\n")
        pattern, special = lines[1].removesuffix("\r"), int(lines[2])
    except (ValueError, IndexError) as error:
        raise TokenizerFileError(f"{name}: a minbpe model with a damaged header ({error})") from error
    tokens = [bytes([byte]) for byte in range(256)]
    merges = []
    for number, line in enumerate(lines[3 + special :], 4 + special):
        if not line:
            continue
        try:
            left, right = map(int, line.split())
            if min(left, right) < 0:
                raise IndexError(min(left, right))
            merges.append((tokens[left], tokens[right]))
        except (ValueError, IndexError) as error:
            raise TokenizerFileError(
                f"{name}: line {number} is {line!r:.40}, expected two ids that exist already"
            ) from error
        tokens.append(b"".join(merges[-1]))
    return RawTokenizer(
        format="minbpe",
        unit="byte",
        tokens=list(dict.fromkeys(tokens)),
        merges=merges,
        set_aside={"special_tokens": special} if special else {},
        pre_tokenizer=only_matches(pattern) if pattern else None,
        notes=() if pattern else ("minbpe's BasicTokenizer does not split text",),
    )
