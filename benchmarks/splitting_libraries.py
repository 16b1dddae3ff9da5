"""Encodings by libraries that bpeinfer does not ask itself, for splitting.py.

    pip install tiktoken llama-cpp-py-sync     # xllamacpp as well where glibc is older than 2.38
    pip install --no-deps charylu-tokenizer==0.0.8 openai-clip==1.0.1 && pip install ftfy regex

tiktoken encodes ranks, llama.cpp GGUF, charylu-tokenizer its own tokenizer.json, OpenAI's class for CLIP that model's
merges (its file alone, as the package wants PyTorch), `tokenizers` a vocab.json with merges.txt.

llama.cpp is called through the C declarations of llama-cpp-py-sync; where that package's library does not load, the one
inside xllamacpp is used with them.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import json
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import bpeinfer as bi
from bpeinfer.inspection.self_check import LibraryEncoder
from bpeinfer.loading.gguf import read_header
from bpeinfer.pretokenize.huggingface import display_bytes

__all__ = ["encoder_for"]

USER_DEFINED, NORMAL, INT32 = 4, 1, 5
"""Token types of GGUF, and its number for arrays of int32."""


def encoder_for(tokenizer: bi.Tokenizer) -> LibraryEncoder | None:
    """Return how the library encodes that the file is for; None: none here, or one that `self_check` asks itself."""
    path = tokenizer.provenance.path
    if path is None:
        return None
    if tokenizer.pretokenizer_origin.endswith(" charylu"):
        return _by_charylu(path)
    if tokenizer.pretokenizer_origin.endswith(" clip"):
        return _by_clip(path)
    if tokenizer.provenance.format == "merges.txt" and path.with_name("vocab.json").exists():
        return _by_tokenizers(path)
    if tokenizer.provenance.format in ("tiktoken", "tekken"):
        return _by_tiktoken(tokenizer, path)
    return _by_llama_cpp(tokenizer, path) if tokenizer.provenance.format == "gguf" else None


def _by_charylu(path: Path) -> LibraryEncoder:
    library: Any = importlib.import_module("charylutokenizer.charylutokenizer")
    encoder = library.CharyluTokenizer(str(path)).tokenizer
    encoder.encode_special_tokens = True
    return LibraryEncoder(
        f"charylu-tokenizer {importlib.metadata.version('charylu-tokenizer')}",
        lambda text: [token.encode() for token in encoder.encode(text).tokens],
    )


def _by_clip(path: Path) -> LibraryEncoder:
    """Encode with OpenAI's class, given NFC in place of its repairs by ftfy and of HTML's entities."""
    package = importlib.util.find_spec("clip")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pip install --no-deps openai-clip==1.0.1; pip install ftfy regex")
    spec = importlib.util.spec_from_file_location(
        "simple_tokenizer", Path(package.origin).with_name("simple_tokenizer.py")
    )
    assert spec is not None
    assert spec.loader is not None
    library: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(library)
    library.basic_clean = lambda text: unicodedata.normalize("NFC", text)
    encoder, table = library.SimpleTokenizer(str(path)), display_bytes()

    def encode(text: str) -> list[bytes]:
        found = (encoder.decoder[number] for number in encoder.encode(text))
        return [b"".join(table[sign] for sign in token.removesuffix("</w>")) for token in found]

    name = f"openai-clip {importlib.metadata.version('openai-clip')}, given NFC"
    return LibraryEncoder(name, encode)


def _by_tokenizers(path: Path) -> LibraryEncoder:
    """Encode with the class of `tokenizers` that reads GPT-2's pair of files."""
    library: Any = importlib.import_module("tokenizers.implementations")
    encoder = library.ByteLevelBPETokenizer.from_file(str(path.with_name("vocab.json")), str(path))
    table = display_bytes()
    return LibraryEncoder(
        f"tokenizers {importlib.metadata.version('tokenizers')}",
        lambda text: [b"".join(table[sign] for sign in token) for token in encoder.encode(text).tokens],
    )


def _by_tiktoken(tokenizer: bi.Tokenizer, path: Path) -> LibraryEncoder:
    """Encode with tiktoken under the pattern of its own package, of the tekken.json, or else of our registry."""
    import tiktoken

    splitter, merges = tokenizer.pretokenizer, tokenizer.merges
    ranks = {symbol: rank for rank, symbol in enumerate(dict.fromkeys(merges.symbols))}
    if tokenizer.provenance.format == "tekken":
        pattern = json.loads(path.read_bytes())["config"]["pattern"]
    else:
        name = tokenizer.pretokenizer_origin.rpartition(" ")[2]
        pattern = _patterns_of_tiktoken().get(name) or json.loads(splitter.pre_tokenizer)["pattern"]["Regex"]
    encoding = tiktoken.Encoding("splitting", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    composed = json.loads(splitter.normalizer) == {"type": "NFC"}

    def encode(text: str) -> list[bytes]:
        text = unicodedata.normalize("NFC", text) if composed else text
        found: list[bytes] = encoding.decode_tokens_bytes(encoding.encode_ordinary(text))
        return found

    return LibraryEncoder(
        f"tiktoken {importlib.metadata.version('tiktoken')}",
        encode,
        lambda left, right: ranks.get(left + right),
        whole=True,
    )


def _patterns_of_tiktoken() -> dict[str, str]:
    """Return the patterns in tiktoken's package, by our names, without fetching any ranks."""
    public: Any = importlib.import_module("tiktoken_ext.openai_public")
    kept = public.load_tiktoken_bpe, public.data_gym_to_mergeable_bpe_ranks
    public.load_tiktoken_bpe = public.data_gym_to_mergeable_bpe_ranks = lambda *_, **__: {}
    try:
        return {
            name: getattr(public, f"{name}_base")()["pat_str"] for name in ("r50k", "p50k", "cl100k", "o200k")
        }
    finally:
        public.load_tiktoken_bpe, public.data_gym_to_mergeable_bpe_ranks = kept


def _by_llama_cpp(tokenizer: bi.Tokenizer, path: Path) -> LibraryEncoder:
    ffi, library, version = _llama_cpp()
    data = path.read_bytes()
    header = read_header(data, path.name)
    byte_level = tokenizer.merges.unit == "byte"
    if byte_level:  # llama.cpp cuts added tokens out of the text, which training did not
        data = _without_user_defined(data)
    with tempfile.NamedTemporaryFile(suffix=".gguf") as file:
        file.write(data)
        file.flush()
        options = library.llama_model_default_params()
        options.vocab_only = True
        if byte_level and "tokenizer.ggml.pre" not in header:
            overrides = _overrides(ffi, "tokenizer.ggml.pre", "gpt-2")
            options.kv_overrides = overrides
        model = library.llama_model_load_from_file(file.name.encode(), options)
    vocabulary = library.llama_model_get_vocab(model)
    table = display_bytes()
    known = set(tokenizer.merges.symbols)

    def as_bytes(token: str) -> bytes:
        return b"".join(table.get(sign) or sign.encode() for sign in token) if byte_level else token.encode()

    tokens = [
        as_bytes(ffi.string(library.llama_vocab_get_text(vocabulary, number)).decode())
        for number in range(library.llama_vocab_n_tokens(vocabulary))
    ]
    lines = tokenizer.limits is not None
    composed = json.loads(tokenizer.pretokenizer.normalizer) == {"type": "NFC"}

    def encode(text: str) -> list[bytes]:
        text = unicodedata.normalize("NFC", text) if composed else text  # llama.cpp does not
        found = []
        for part in text.split("\n") if lines else [text]:
            given = part.encode()
            room = len(given) + 16
            numbers = ffi.new(f"llama_token[{room}]")
            count = library.llama_tokenize(vocabulary, given, len(given), numbers, room, False, False)
            found += [tokens[number] for number in numbers[0:count]]
        return [token for token in found if token in known]

    name = f"llama.cpp ({version}){', given NFC' if composed else ''}"
    whole = header.get("tokenizer.ggml.pre") in (b"llama-bpe", b"llama-v3", b"llama3", b"tekken")
    symbols = (json.loads(tokenizer.pretokenizer.pre_tokenizer) or {}).get("symbols", ())
    return LibraryEncoder(
        name, encode, _ranks(tokenizer, header, as_bytes), whole=whole, cut_out=tuple(symbols)
    )


def _overrides(ffi: Any, key: str, value: str) -> Any:
    """Return an override of one string in the header, and the empty one that ends the list."""
    made = ffi.new("struct llama_model_kv_override[2]")
    made[0].tag = ffi.typeof("enum llama_model_kv_override_type").relements["LLAMA_KV_OVERRIDE_TYPE_STR"]
    made[0].key, made[0].val_str = key.encode(), value.encode()
    _kept.append(made)
    return made


def _ranks(
    tokenizer: bi.Tokenizer, header: dict[str, Any], as_bytes: Callable[[str], bytes]
) -> Callable[[bytes, bytes], int | None] | None:
    """Return the rank that llama.cpp gives a pair, where our list has only a part of its pairs."""
    if "tokenizer.ggml.merges" not in header:  # any two neighbours that make a piece, by the piece's score
        scores = dict(
            zip(header["tokenizer.ggml.tokens"], header["tokenizer.ggml.scores"].tolist(), strict=True)
        )
        order = {score: rank for rank, score in enumerate(sorted(set(scores.values()), reverse=True))}
        pieces = {symbol: order[scores[symbol]] for symbol in tokenizer.merges.symbols}
        return lambda left, right: pieces.get(left + right)
    if tokenizer.audit.method != "replay":
        return None
    pairs = [line.decode().split(" ", 1) for line in header["tokenizer.ggml.merges"]]
    listed = {(as_bytes(left), as_bytes(right)): rank for rank, (left, right) in enumerate(pairs)}
    return lambda left, right: listed.get((left, right))


def _without_user_defined(data: bytes) -> bytes:
    """Return a GGUF file in which user-defined tokens are ordinary ones."""
    key = b"tokenizer.ggml.token_type"
    place = data.find(key)
    if place < 0:
        return data
    start = place + len(key) + 16  # the types of the value and of its items, and the number of items
    count = int.from_bytes(data[start - 8 : start], "little")
    if int.from_bytes(data[start - 12 : start - 8], "little") != INT32:
        return data
    types = np.frombuffer(data, dtype="<i4", count=count, offset=start).copy()
    types[types == USER_DEFINED] = NORMAL
    return data[:start] + types.tobytes() + data[start + 4 * count :]


def _llama_cpp() -> tuple[Any, Any, str]:
    """Return cffi's declarations, the library, and its version in words."""
    declared: Any = importlib.import_module("llama_cpp_py_sync._cffi_bindings")
    ffi = declared.get_ffi()
    try:
        library, package = declared.get_lib(), "llama-cpp-py-sync"
    except RuntimeError:  # built against a newer C library
        package = "xllamacpp"
        folder = Path(importlib.import_module(package).__file__ or "").parent
        library = ffi.dlopen(str(folder / "xllamacpp.abi3.so"))
    quiet = ffi.callback("void(enum ggml_log_level, const char *, void *)", lambda *_: None)
    _kept.append(quiet)
    library.llama_log_set(quiet, ffi.NULL)
    return ffi, library, f"{package} {importlib.metadata.version(package)}"


_kept: list[Any] = []  # callbacks that C still has
