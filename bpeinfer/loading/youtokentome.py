"""YouTokenToMe's model file, all text: letters as code points with their ids, then rules as triples of ids."""

from __future__ import annotations

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.raw import RawTokenizer, require_bounded

__all__ = ["looks_like_youtokentome", "parse_youtokentome"]

FORMAT = "YouTokenToMe"


def looks_like_youtokentome(data: bytes) -> bool:
    """Return whether the first line counts the letters and rules that follow, and the last has four special ids."""
    head, _, rest = data[:64].partition(b"\n")
    counts = head.split()
    if len(counts) != 2 or not all(count.isdigit() and len(count) < 9 for count in counts) or not rest:
        return False
    lines = data.rstrip().split(b"\n")
    return len(lines) == sum(map(int, counts)) + 2 and len(lines[-1].split()) == 4


def parse_youtokentome(data: bytes, name: str) -> RawTokenizer:
    """Read a model; words begin with ``▁``, as in the library's own splitting.

    Raises:
        TokenizerFileError: a line is not whole numbers, or names an id that does not exist yet.
    """
    require_bounded(data.count(b"\n"), "lines", name)
    lines = data.rstrip().split(b"\n")
    letters = int(lines[0].split()[0])
    tokens: dict[int, str] = {}
    merges = []
    for number, line in enumerate(lines[1:-1], 2):
        try:
            if number <= letters + 1:
                code, own = map(int, line.split())
                tokens[own] = chr(code)
            else:
                left, right, own = map(int, line.split())
                merges.append((tokens[left], tokens[right]))
                tokens[own] = tokens[left] + tokens[right]
        except (ValueError, KeyError, OverflowError) as error:
            raise TokenizerFileError(
                f"{name}: line {number} is {line[:40]!r}, not a letter or rule of YouTokenToMe ({error})"
            ) from error
    return RawTokenizer(
        format=FORMAT,
        unit="character",
        tokens=list(dict.fromkeys(tokens.values())),
        merges=merges,
        has_pre_tokenizer=False,
        splitting="youtokentome",
        notes=(
            "YouTokenToMe counts pairs in runs of one symbol without overlaps, and its ties differ from run to run: "
            "a few percent of its merges are not the most frequent pair as counted here",
        ),
    )
