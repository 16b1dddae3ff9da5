#!/usr/bin/env bash
# Of the zstandard package's readers some stop after the first frame and some read on; the one documented to
# stop reads on.
#
# Versions: zstandard 0.25.0
#
# Behaviour: A .zst of two frames (shards joined by cat, pzstd, many crawls): stream_reader().read(), open() and
# copy_stream give all of it; read_to_iter, decompress and decompressobj end after the first frame without an
# error. stream_reader has read_across_frames=False by default and reads across all the same.
#
# One would guess otherwise: two frames are one valid file for the zstd command, and one library's readers would
# agree. Changing from one reader to the other changes how much of a corpus is counted.
#
# Output seen, 28 November 2026:
#   stream_reader().read(): b'one\ntwo\n'
#   open().read(): b'one\ntwo\n'
#   copy_stream: b'one\ntwo\n'
#   read_to_iter: b'one\n'
#   decompressobj().decompress: b'one\n'
#   decompress: b'one\n'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet zstandard==0.25.0
"$work/venv/bin/python" - <<'PY'
import io
import sys

import zstandard


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


compressor = zstandard.ZstdCompressor()
data = compressor.compress(b"one\n") + compressor.compress(b"two\n")
new = zstandard.ZstdDecompressor
copied = io.BytesIO()
new().copy_stream(io.BytesIO(data), copied)
for name, got, want in [
    ("stream_reader().read()", new().stream_reader(io.BytesIO(data), read_across_frames=False).read(), b"one\ntwo\n"),
    ("open().read()", zstandard.open(io.BytesIO(data)).read(), b"one\ntwo\n"),
    ("copy_stream", copied.getvalue(), b"one\ntwo\n"),
    ("read_to_iter", b"".join(new().read_to_iter(io.BytesIO(data))), b"one\n"),
    ("decompressobj().decompress", new().decompressobj().decompress(data), b"one\n"),
    ("decompress", new().decompress(data), b"one\n"),
]:
    check(name, got, want)
PY
