"""Mutated files of every format: only our own errors, in bounded time and memory.

A few hundred files in an ordinary run. The long run::

    BPEINFER_FUZZ=25000 python -m pytest tests/test_loading_fuzz.py -s
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import time
import tracemalloc
from collections import Counter
from copy import deepcopy
from functools import lru_cache
from typing import Any

import pytest
import tokenizer_files as write

from bpeinfer.errors import BpeInferError
from bpeinfer.loading import load_tokenizer
from bpeinfer.merges import MergeList

FILES = int(os.environ.get("BPEINFER_FUZZ", "400"))
# The everyday run makes the same files each time, by nothing but this number: with 40 a format, chance alone may
# leave none that loads.
SEED = random.randrange(2**32) if "BPEINFER_FUZZ" in os.environ else 2
SECONDS_A_FILE = 5

ALPHABET = [bytes([byte]) for byte in range(256)]
PAIRS = [
    (b" ", b"t"),
    (b"h", b"e"),
    (b" t", b"he"),
    (b"a", b"a"),
    (b"aa", b"aa"),
    (b"a", b"aa"),
    (b"1", b"2"),
]
PIECES = [
    ("<unk>", 0.0, 2),
    ("<0x0A>", 0.0, 6),
    ("▁▁", 0.0, 1),
    ("▁t", -1.0, 1),
    ("▁th", -2.0, 1),
    *[(character, -3.0 - number, 1) for number, character in enumerate("▁the日")],
]


@lru_cache(maxsize=1)
def seeds() -> dict[str, bytes]:
    merges = MergeList.from_pairs(ALPHABET, PAIRS)
    tokens = write.byte_tokens(merges)
    splitting = {
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}]},
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {
                    "type": "Split",
                    "pattern": {"Regex": r"\p{N}{1,3}"},
                    "behavior": "Isolated",
                    "invert": False,
                },
                {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False},
            ],
        },
        "added_tokens": [{"id": 300, "content": "<s>", "special": True}],
    }
    splits = json.loads(write.tokenizer_json(merges))
    splits["model"]["merges"] = [list(map(write.to_display, pair)) for pair in write.every_split(merges)]
    charsmap = b""
    return {
        "tokenizer.json pairs": write.tokenizer_json(merges, **splitting),
        "tokenizer.json strings": write.tokenizer_json(merges, as_strings=True),
        "tokenizer.json every split": json.dumps(splits).encode(),
        "merges.txt": write.merges_txt(merges),
        "merges.txt with </w>": b"t h\nth e</w>\nc a\nca t</w>\n",
        "tiktoken": write.tiktoken(tokens),
        "tekken": write.tekken(tokens),
        "sentencepiece": write.sentencepiece(PIECES, {20: 16, 25: 1, 26: 1}, {1: b"nfkc", 2: charsmap, 3: 1}),
        "gguf merges": write.gguf_with_merges(merges),
        "gguf scores": write.gguf_with_scores(PIECES),
    }


INTERESTING = [
    b"",
    b"\x00",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\x80" * 11,
    b"NaN",
    b"-1",
    b"1e999",
    b"null",
    b"[]",
    b"{}",
]
INTERESTING += [
    b'"',
    b"\\ud800",
    b"\\u0000",
    b"9" * 400,
    b"[" * 300,
    b'{"a":' * 300,
    b"\n",
    b" ",
    b"</w>",
    b"##",
]
INTERESTING += [
    (1 << 30).to_bytes(8, "little"),
    (1 << 62).to_bytes(8, "little"),
    b"\x00\x00\xc0\x7f",
    b"\xe2\x96\x81",
]


def mutated(data: bytes, dice: random.Random) -> bytes:
    """One to four changes: flips, cuts, repeats, swaps, insertions of awkward bytes, numbers changed."""
    for _ in range(dice.choice([1, 1, 1, 2, 4])):
        place = dice.randrange(len(data) + 1)
        other = dice.randrange(len(data) + 1)
        first, last = min(place, other), max(place, other)
        last = min(last, first + dice.choice([1, 4, 40, 4000]))
        match dice.randrange(8):
            case 0:
                data = data[:place] + bytes([dice.randrange(256)]) + data[place + 1 :]
            case 1:
                data = data[:place]
            case 2:
                data = data[:first] + data[last:]
            case 3:
                data = data[:last] + data[first:last] * dice.choice([1, 2, 50]) + data[last:]
            case 4:
                data = data[:place] + dice.choice(INTERESTING) + data[place:]
            case 5:
                piece = dice.choice(INTERESTING)
                data = data[:place] + piece + data[place + len(piece) :]
            case 6:
                data = data[:first] + bytes(reversed(data[first:last])) + data[last:]
            case 7:
                words = data.split(b'"')
                if len(words) > 3:
                    one, two = dice.randrange(len(words)), dice.randrange(len(words))
                    words[one], words[two] = words[two], words[one]
                    data = b'"'.join(words)
    return data


@pytest.mark.parametrize("name", seeds())
def test_the_unharmed_file_loads(name, tmp_path):
    (tmp_path / "file").write_bytes(seeds()[name])
    assert len(load_tokenizer(tmp_path / "file", pretokenizer="r50k").merges) >= 2


ODD = [
    None,
    True,
    -1,
    0,
    1 << 70,
    1.5,
    float("nan"),
    float("inf"),
    "",
    " ",
    "a",
    "\ud800",
    "\u202e\x1b[2J",
    "▁",
    "Ġ",
]
ODD += [
    "a" * 5000,
    [],
    {},
    [[]],
    ["a", "b", "c"],
    {"a": {"b": 1}},
    "BPE",
    "Unigram",
    "<0x0A>",
    "##b",
    "</w>",
    [1, 2],
]


def mutated_document(document: Any, dice: random.Random) -> Any:
    """Change one to four places of a decoded JSON file: odd values, keys gone, items repeated or swapped."""
    for _ in range(dice.choice([1, 1, 2, 4])):
        parent, key = None, None
        item = document
        while isinstance(item, dict | list) and item and (parent is None or dice.random() < 0.8):
            parent = item
            key = dice.choice(list(item)) if isinstance(item, dict) else dice.randrange(len(item))
            item = item[key]
        match dice.randrange(5):
            case 0 | 1:
                parent[key] = deepcopy(dice.choice(ODD))
            case 2:
                del parent[key]
            case 3 if isinstance(parent, list):
                parent.insert(dice.randrange(len(parent) + 1), deepcopy(item))
            case 3:
                parent[dice.choice(["a", "ab", "type", "model", "vocab", "Ġt", "pattern"])] = deepcopy(item)
            case 4:
                other = dice.choice(list(parent)) if isinstance(parent, dict) else dice.randrange(len(parent))
                parent[key], parent[other] = parent[other], parent[key]
        if not isinstance(document, dict) or not document:
            break
    return document


def mutated_model(dice: random.Random) -> bytes:
    """A sentencepiece or GGUF file of pieces and settings drawn at random; four in ten hold little that is odd."""
    tame = dice.random() < 0.4

    def drawn(usual: Any, *odd: Any) -> Any:
        return usual if tame and dice.random() < 0.97 else dice.choice([usual, *odd])

    texts = [
        "a",
        "b",
        "ab",
        "▁",
        "▁a",
        "日",
        "日本",
        "é",
        "1",
        "12",
        "e\u0301",
        "▁▁",
        "<0x0A>",
        "",
        "\x00",
        "a" * 40,
        "\n",
    ]
    kinds = [2, 3, 6, 9, 1, 1, 1]
    pieces = [
        (
            drawn(texts[number], *(text + number_ for text in texts for number_ in ("", "", str(number)))),
            drawn(-float(number), 0.0, -1.0, -2.5, float("nan"), float("-inf"), -1e9),
            drawn(1, *kinds) if number else drawn(2, *kinds),
        )
        for number in range(10 if tame else dice.randrange(12))
    ]
    if dice.random() < 0.5:
        values: list[Any] = [0, 1, 2, 16, 1 << 40, b"", b"x", b"\xff", 1.5]
        keys = [3, 20, 21, 22, 23, 24, 25, 26, 35]
        trainer = {dice.choice(keys): dice.choice(values) for _ in range(dice.randrange(2) if tame else 4)}
        normalizer = {} if tame else {dice.choice([1, 2, 3, 4, 5]): dice.choice(values) for _ in range(2)}
        return write.sentencepiece(pieces, {3: 2} | trainer, normalizer)
    fields: dict[str, Any] = {
        "tokenizer.ggml.model": (8, drawn("llama", "gpt2", "gemma4", "x")),
        "tokenizer.ggml.pre": drawn((8, "gpt-2"), (8, "nobody's"), (4, 7)),
        "tokenizer.ggml.tokens": drawn((9, (8, [text for text, _, _ in pieces])), (8, "x"), (4, 1)),
        "tokenizer.ggml.scores": (9, drawn((6, [score for _, score, _ in pieces]), (8, ["x"]), (6, []))),
        "tokenizer.ggml.token_type": (9, drawn((5, [kind for _, _, kind in pieces]), (6, [1.0]), (7, [True]))),
        "tokenizer.ggml.merges": (9, (8, drawn(["a b"], ["a b", "▁ a"], ["ab"], [" "], []))),
        "tokenizer.ggml.add_space_prefix": drawn((7, True), (8, "yes"), (6, 0.5)),
    }  # fmt: skip
    for key in dice.sample(sorted(fields), 0 if tame else dice.randrange(4)):
        del fields[key]
    return write.gguf(fields)


def mutated_file(name: str, dice: random.Random) -> bytes:
    data = seeds()[name]
    if data.startswith(b"{") and dice.random() < 0.7:
        return json.dumps(mutated_document(json.loads(data), dice)).encode("utf-8", "surrogatepass")
    if name in ("sentencepiece", "gguf scores") and dice.random() < 0.7:
        return mutated_model(dice)
    return mutated(data, dice)


@pytest.mark.parametrize("name", seeds())
def test_mutated_files_raise_only_our_errors(name, tmp_path_factory):
    path = tmp_path_factory.mktemp("fuzz") / "file"
    outcomes: Counter[str] = Counter()
    slowest = [0.0]

    for number in range(FILES // len(seeds())):
        dice = random.Random(f"{SEED} {name} {number}")
        path.write_bytes(mutated_file(name, dice))
        begun, message = time.process_time(), str(path)
        try:
            load_tokenizer(path, pretokenizer=dice.choice([None, "r50k", "r50k"]))
            outcomes["loaded"] += 1
        except BpeInferError as error:
            outcomes[type(error).__name__] += 1
            message = str(error)
        assert "\n" not in message
        assert str(path) in message
        slowest[0] = max(slowest[0], time.process_time() - begun)
        assert slowest[0] < SECONDS_A_FILE

    print(f"seed {SEED}, {name}: {dict(outcomes)}, slowest {slowest[0]:.2f} s")
    assert outcomes["loaded"] > 0
    assert outcomes["loaded"] < outcomes.total(), "every file loaded: the mutations are too weak"


def bombs() -> dict[str, bytes]:
    pairs = ",".join(['["a","b"]'] * 1_000_000)
    return {
        "a million merges that are one": b'{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":['
        + pairs.encode()
        + b']},"pre_tokenizer":{"type":"ByteLevel"}}',
        "nested lists": b'{"model":' + b"[" * 1_000_000,
        "nested splitting": b'{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]},"pre_tokenizer":'
        + b'{"type":"Sequence","pretokenizers":[' * 400
        + b'{"type":"ByteLevel"}'
        + b"]}" * 400
        + b"}",
        "one line of spaces": b'{"model":{"type":"BPE","vocab":{"a":0},"merges":["'
        + b" " * 1_000_000
        + b'"]}}',
        "one endless token": write.tiktoken([*ALPHABET, b"a" * 50_000]),
        "many endless tokens": write.tiktoken([*ALPHABET, *[b"ab" * 400 + b"%d" % n for n in range(2_000)]]),
        "doubling tokens": write.tiktoken([*ALPHABET, *[b"a" * (1 << n) for n in range(1, 18)]]),
    }


@pytest.mark.long
@pytest.mark.parametrize("name", bombs())
def test_files_made_to_exhaust_are_read_or_refused_in_bounded_time_and_memory(name, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bombs()[name])
    tracemalloc.start()
    begun = time.process_time()
    with contextlib.suppress(BpeInferError):
        load_tokenizer(path, pretokenizer="r50k")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - begun < 60
    assert peak < 2 * 2**30
