"""Files: all frames are read, truncation and bombs refused, writes atomic, devices and pipes never replaced."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bpeinfer.corpora.load import load_corpus
from bpeinfer.corpora.text_files import TextFile
from bpeinfer.errors import CorpusError, OutputError, TokenizerFileError, TokenizerNotFoundError
from bpeinfer.files import (
    DamagedFileError,
    Unpacked,
    append_file,
    check_output,
    decompress,
    make_folder,
    write_file,
    zstd,
)
from bpeinfer.limits import Limits
from bpeinfer.loading import load_tokenizer

PACKERS = {
    "gzip": (".gz", gzip.compress),
    "bzip2": (".bz2", bz2.compress),
    "xz": (".xz", lzma.compress),
    "zstd": (".zst", zstd.compress),
}
KINDS = pytest.mark.parametrize("kind", PACKERS)


def unpack(data, kind, expansion=200):
    with io.BufferedReader(Unpacked(io.BytesIO(data), kind, expansion), 1 << 16) as stream:
        return stream.read()


def noise(size):
    return np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8).tobytes()


@KINDS
def test_several_frames_are_read_on_as_the_tools_do(kind):
    pack = PACKERS[kind][1]
    parts = [b"first\n", noise(300_000), b"", b"x" * 1_000_000]
    packed = b"".join(map(pack, parts))
    assert unpack(packed, kind) == b"".join(parts)
    assert unpack(packed + bytes(5_000), kind) == b"".join(parts)  # filled up with zeros


@KINDS
@pytest.mark.parametrize("level", [1, 6])
def test_text_that_was_written_as_a_stream_comes_back_whole(tmp_path, kind, level):
    """Text of several blocks, written piece by piece: the decoders hold input back in ways of their own."""
    words = np.array(["the", "of", "counting", "extraordinarily", "naïveté", "2024", "(x)", "\n"])
    random = np.random.default_rng(level)
    text = " ".join(
        f"{word}{number}"
        for word, number in zip(random.choice(words, 80_000), random.integers(0, 10**6, 80_000), strict=True)
    ).encode()
    openers = {
        "gzip": partial(gzip.open, mode="wb", compresslevel=level),
        "bzip2": partial(bz2.open, mode="wb", compresslevel=level),
        "xz": partial(lzma.open, mode="wb", preset=level),
        "zstd": partial(zstd.open, mode="wb", level=level),
    }
    with openers[kind](tmp_path / "file") as stream:
        for start in range(0, len(text), 70_000):
            stream.write(text[start : start + 70_000])
    assert unpack((tmp_path / "file").read_bytes(), kind) == text


@KINDS
def test_any_truncation_is_refused(kind):
    first, second = PACKERS[kind][1](noise(20_000)), PACKERS[kind][1](b"second" * 9)
    packed = first + second
    # All cuts in the second frame and round the ends of the first, some inside it.
    cuts = {*range(1, 40), *range(40, len(first), 911), *range(len(first) - 30, len(packed))} - {len(first)}
    for cut in cuts:
        with pytest.raises(ValueError, match=rf"(damaged|not) {kind} data"):
            unpack(packed[:cut], kind)


@KINDS
def test_what_follows_the_last_frame_is_refused(kind):
    with pytest.raises(ValueError, match=rf"damaged {kind} data \(something else follows frame 1\)"):
        unpack(PACKERS[kind][1](b"text") + b"and more", kind)


@KINDS
def test_any_flipped_bit_is_refused_or_changes_nothing(kind):
    text = b"a text of some length " * 20
    packed = bytearray(
        zstd.compress(text, options={zstd.CompressionParameter.checksum_flag: 1})
        if kind == "zstd"
        else PACKERS[kind][1](text)
    )
    for bit in range(8 * len(packed)):
        packed[bit // 8] ^= 1 << bit % 8
        try:
            found = unpack(bytes(packed), kind)
        except DamagedFileError:
            found = text
        assert found == text
        packed[bit // 8] ^= 1 << bit % 8


def test_skippable_frames_of_zstd_are_skipped():
    skippable = struct.pack("<II", 0x184D2A50, 5) + b"notes"
    packed = skippable + zstd.compress(b"one ") + skippable + zstd.compress(b"two") + skippable
    assert unpack(packed, "zstd") == b"one two"
    assert decompress(packed, "file", 100, refusal=TokenizerFileError) == b"one two"


def test_a_window_that_asks_for_too_much_memory_is_refused():
    packed = zstd.compress(noise(1000) * 3, options={zstd.CompressionParameter.window_log: 29})
    content_size_unknown = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 29})
    packed = content_size_unknown.compress(noise(1000)) + content_size_unknown.flush()
    with pytest.raises(ValueError, match=r"damaged zstd data \(.*[Mm]emory"):
        unpack(packed, "zstd")


@KINDS
def test_a_bomb_is_refused_two_stretches_after_it_begins(kind, monkeypatch):
    monkeypatch.setattr("bpeinfer.files.compression.STRETCH", 1 << 20)
    honest, bomb = noise(600_000), bytes(5_000_000)
    packed = PACKERS[kind][1](honest) + PACKERS[kind][1](bomb)
    assert unpack(packed, kind, expansion=10**6) == honest + bomb
    with io.BufferedReader(Unpacked(io.BytesIO(packed), kind, 50), 1 << 16) as stream:
        assert stream.read(600_000) == honest
        with pytest.raises(DamagedFileError, match=r"expands more than 50 times.*--limits expansion=500"):
            stream.read(3 << 20)


@KINDS
def test_a_tokenizer_that_unpacks_beyond_the_limit_is_refused(kind):
    with pytest.raises(
        TokenizerFileError, match=r"bomb: unpacks to more than 10,000 bytes.*--limits tokenizer="
    ):
        decompress(PACKERS[kind][1](bytes(5_000_000)), "bomb", 10_000, refusal=TokenizerFileError)


def test_a_merge_list_in_two_frames_is_not_cut(tmp_path):
    merges = gzip.decompress(Path("bpeinfer/bundled/gpt2/merges.txt.gz").read_bytes())
    half = merges.index(b"\n", len(merges) // 2) + 1
    packed = zstd.compress(merges[:half]) + zstd.compress(merges[half:])
    (tmp_path / "merges.txt.zst").write_bytes(packed)
    assert len(load_tokenizer(tmp_path / "merges.txt.zst").merges) == 50_000
    (tmp_path / "merges.txt.zst").write_bytes(packed[:-1000])
    with pytest.raises(TokenizerFileError, match=r"merges\.txt\.zst: damaged zstd data"):
        load_tokenizer(tmp_path / "merges.txt.zst")


def test_a_file_too_large_for_a_tokenizer_is_not_read_whole(tmp_path):
    (tmp_path / "weights").write_bytes(bytes(5_000))
    with pytest.raises(TokenizerFileError, match=r"larger than 4,999 bytes.*--limits tokenizer=9998"):
        load_tokenizer(tmp_path / "weights", limits=Limits(tokenizer=4_999))
    with pytest.raises(TokenizerFileError, match="larger than 128,000 bytes"):
        load_tokenizer("/dev/zero", limits=Limits(tokenizer=128_000))


# --- samples


def sample(folder, name, data):
    folder.mkdir(exist_ok=True)
    (folder / "other.txt").write_text("text of another category")
    (folder / name).write_bytes(data)
    return folder


def refused(folder, message, **options):
    def read():
        for category in load_corpus(folder, **options).categories:
            list(category.documents())

    with pytest.raises(CorpusError, match=message) as caught:
        read()
    assert "\n" not in str(caught.value)


def test_a_line_that_is_too_long_is_refused_in_jsonl_and_csv_and_cut_in_txt(tmp_path):
    long = "wörter " * 1_000
    few = Limits(line=5_000)
    folder = sample(tmp_path / "a", "x.jsonl", f'{{"text": "short"}}\n{{"text": "{long}"}}\n'.encode())
    refused(
        folder, r"x\.jsonl: the line at byte 18 has more than 5,000 bytes.*--limits line=10000", limits=few
    )
    folder = sample(tmp_path / "b", "x.csv", f'text\nshort\n"{long}"\n'.encode())
    refused(folder, r"x\.csv: .*more than 5,000 bytes", limits=few)
    folder = sample(tmp_path / "c", "x.csv", b'text\n"' + b"many lines\n" * 1_000)
    refused(folder, r"x\.csv: the row .* has more than 5,000 characters; close its quotes", limits=few)
    folder = sample(tmp_path / "d", "x.txt", long.encode())
    assert list(load_corpus(folder, limits=few).categories[1].documents()) == [long]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 64])
def test_long_lines_read_in_pieces_are_the_same_text(tmp_path, monkeypatch, size):
    monkeypatch.setattr("bpeinfer.corpora.text_files._PIECE", size)
    text = "aé日👍\n\nß" * 7
    folder = sample(tmp_path / "a", "x.txt", text.encode())
    file = load_corpus(folder).categories[1].sources[0]
    assert "".join(file.documents()) == text
    monkeypatch.setattr("bpeinfer.corpora.text_files._SHARD", 10)
    assert "".join(document for part in file.shards() for document in part.documents()) == text
    sample(tmp_path / "a", "x.txt", text.encode() + "é".encode()[:1])
    refused(tmp_path / "a", rf"x\.txt: invalid UTF-8 at byte {len(text.encode())} \(0xc3\)")


def test_a_line_through_all_parts_of_a_file_is_read_once(tmp_path, monkeypatch):
    """A part that begins inside a line once searched the whole file for the line's end: 157 times 10 GB."""
    for name, value in (("_PIECE", 10), ("_SHARD", 1_000)):
        monkeypatch.setattr(f"bpeinfer.corpora.text_files.{name}", value)
    folder = sample(tmp_path / "a", "x.txt", b"x" * 50_000)
    read = 0

    class Counting(io.BufferedReader):
        def readline(self, size=-1):
            nonlocal read
            line = super().readline(size)
            read += len(line)
            return line

    monkeypatch.setattr(TextFile, "_open", lambda file: Counting(file.path.open("rb", buffering=0)))
    (file,) = load_corpus(folder).categories[1].sources
    assert [sum(map(len, part.documents())) for part in file.shards()] == [50_000] + [0] * 49
    assert read <= 2 * 50_000 + 1_000


@KINDS
def test_a_bomb_among_samples_is_refused(tmp_path, monkeypatch, kind):
    monkeypatch.setattr("bpeinfer.files.compression.STRETCH", 1 << 20)
    suffix, pack = PACKERS[kind]
    folder = sample(tmp_path / "a", f"x.txt{suffix}", pack((b"bomb " * 200 + b"\n") * 4_000))
    refused(folder, rf"x\.txt\{suffix}: cannot be read after byte [\d,]+: expands more than 200 times")
    (file,) = load_corpus(folder, limits=Limits(expansion=10**6)).categories[1].sources
    assert sum(map(len, file.documents())) == 4_004_000


def test_a_parquet_bomb_is_refused(tmp_path, monkeypatch):
    pyarrow = pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    for module in ("bpeinfer.files.compression", "bpeinfer.corpora.parquet"):
        monkeypatch.setattr(f"{module}.STRETCH", 1 << 20)
    text = "text " * 10_000
    folder = sample(tmp_path / "a", "x.parquet", b"")
    # One text in the dictionary, which two thousand rows name: 100 MB.
    table = pyarrow.table({"text": pyarrow.DictionaryArray.from_arrays(np.zeros(2_000, np.int32), [text])})
    parquet.write_table(table, folder / "x.parquet", compression="none")
    refused(folder, r"x\.parquet: expands more than 200 times")
    parquet.write_table(
        pyarrow.table({"text": [text * 1_000]}),
        folder / "x.parquet",
        use_dictionary=False,
        compression="zstd",
    )
    refused(folder, r"x\.parquet: expands more than 200 times")


def feed(path, data):
    def write():
        with path.open("wb") as stream:
            stream.write(data)

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return thread


@KINDS
def test_a_pipe_is_read_once(tmp_path, kind):
    suffix, pack = PACKERS[kind]
    (tmp_path / "b.txt").write_text("text of another category")
    fifo = tmp_path / f"a.jsonl{suffix}"
    os.mkfifo(fifo)
    corpus = load_corpus([tmp_path / "b.txt", fifo])
    writer = feed(fifo, pack(b'{"text": "one"}\n{"text": "two"}\n'))
    assert list(corpus.categories[0].documents()) == ["one", "two"]
    writer.join()
    with pytest.raises(CorpusError, match=r"a\.jsonl.*a pipe can be read only once.*save it to a file first"):
        list(corpus.categories[0].documents())
    refused(tmp_path, r"a\.jsonl.* is a pipe or a device; give its own path")


def test_a_tokenizer_from_a_pipe_is_read_once(tmp_path):
    fifo = tmp_path / "gpt2"
    os.mkfifo(fifo)
    writer = feed(fifo, Path("bpeinfer/bundled/gpt2/merges.txt.gz").read_bytes())
    assert len(load_tokenizer(fifo).merges) == 50_000
    writer.join()


def test_names_that_are_not_utf8_or_too_long_work_or_are_one_line(tmp_path):
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    sample(folder, os.fsdecode(b"fran\xe7ais.txt"), "français".encode())
    corpus = load_corpus(folder)
    assert corpus.names == (r"fran\xe7ais", "other")
    assert list(corpus.categories[0].documents()) == ["français"]
    corpus.origin.encode()
    tokenizer = folder / os.fsdecode(b"gpt\xb2.txt.gz")
    tokenizer.write_bytes(Path("bpeinfer/bundled/gpt2/merges.txt.gz").read_bytes())
    loaded = load_tokenizer(tokenizer)
    assert loaded.name == r"gpt\xb2.txt.gz"
    for text in (loaded.provenance.source, *loaded.provenance.files):
        text.encode()
    with pytest.raises(TokenizerNotFoundError, match="no such file or folder"):
        load_tokenizer("/" + "n" * 5_000)
    with pytest.raises(CorpusError, match="no such file or folder"):
        load_corpus("n" * 5_000)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            '[{"name": "a", "file": "../secret.txt"}]',
            "'../secret.txt' of category 'a' is not inside the folder",
        ),
        ('[{"name": "a", "file": "b/../../secret.txt"}]', "is not inside the folder"),
        ('[{"name": "a", "file": "/etc/hostname"}]', "is not inside the folder"),
        ('[{"name": "a", "file": ""}]', "is not inside the folder"),
        ('[{"name": "", "file": "x.txt"}]', "a category has an empty name"),
        (
            '[{"name": "a", "file": "x.txt"}, {"name": "a", "file": "./x.txt"}]',
            "'a' lists the file './x.txt' twice",
        ),
        (
            '[{"name": "a", "file": "x.txt", "group": "g"}, {"name": "a", "file": "y.txt", "group": "h"}]',
            "category 'a' is listed twice, with another group",
        ),
        ('[{"name": 7, "file": "x.txt"}]', "`name` is a number, not a string"),
        ('[{"name": "a", "file": ["x.txt"]}]', "`file` of category 'a' is a list, not a string"),
        ('[{"name": "\\ud800", "file": "x.txt"}]', "not a manifest"),
        ("7", "not a manifest"),
        ("[7]", "not a manifest"),
        ("[" * 100_000, "not a manifest"),
    ],
)
def test_a_manifest_that_cannot_be_right_is_refused(tmp_path, entries, message):
    (tmp_path / "secret.txt").write_text("not a sample")
    folder = sample(tmp_path / "a", "x.txt", b"text")
    (folder / "y.txt").write_text("more text")
    (folder / "manifest.json").write_text(f'{{"categories": {entries}}}')
    refused(folder, message, minimum=1)


def test_a_manifest_that_is_too_large_is_refused(tmp_path):
    folder = sample(tmp_path / "a", "x.txt", b"text")
    (folder / "manifest.json").write_text(" " * 1_001)
    refused(
        folder,
        r"manifest\.json: larger than 1,000 bytes.*--limits manifest=2000",
        limits=Limits(manifest=1_000),
    )


def test_a_category_that_a_manifest_names_twice_has_the_text_of_both_files(tmp_path):
    folder = sample(tmp_path / "a", "x.txt", b"one")
    (folder / "y.txt").write_text("two")
    (folder / "manifest.json").write_text(
        '{"categories": [{"name": "a", "file": "x.txt"}, {"name": "a", "file": "y.txt"}]}'
    )
    (category,) = load_corpus(folder, minimum=1).categories
    assert list(category.documents()) == ["one", "two"]


def test_a_folder_that_cannot_be_listed_is_an_error_not_left_out(tmp_path, monkeypatch):
    folder = sample(tmp_path / "a", "x.txt", b"one")
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "y.txt").write_text("two")
    real = os.scandir

    def denied(path):
        if str(path).endswith("er"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", denied)
    refused(folder, r"deep: cannot be read \(Permission denied\)")


# --- writing


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(("umask", "expected"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path, umask, expected):
    before = os.umask(umask)
    try:
        write_file(tmp_path / "file", b"data")
    finally:
        os.umask(before)
    assert mode(tmp_path / "file") == expected


def test_a_file_that_is_there_keeps_its_mode(tmp_path):
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "file").chmod(0o640)
    write_file(tmp_path / "file", b"new")
    assert (mode(tmp_path / "file"), (tmp_path / "file").read_bytes()) == (0o640, b"new")


def test_writing_is_whole_or_not_at_all(tmp_path, monkeypatch):
    write_file(tmp_path / "file", b"first")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(OutputError, match=r"file: cannot be written \(disk full\); choose another place"):
        write_file(tmp_path / "file", b"second")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"first"


def test_a_link_is_followed_and_stays_a_link(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(Path("folder", "file"))
    for data in (b"made", b"changed"):  # first it points nowhere
        write_file(tmp_path / "link", data)
        assert (tmp_path / "folder" / "file").read_bytes() == data
    assert (tmp_path / "link").is_symlink()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OutputError, match="loop: cannot be written"):
        write_file(tmp_path / "loop", b"data")


def test_devices_and_pipes_are_written_to_not_replaced(tmp_path):
    write_file(Path(os.devnull), b"data")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    found = []
    reader = threading.Thread(target=lambda: found.append(fifo.read_bytes()), daemon=True)
    reader.start()
    write_file(fifo, b"data" * 50_000)
    reader.join()
    assert found == [b"data" * 50_000]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_the_standard_output_by_its_name_is_written_to(tmp_path):
    code = "from pathlib import Path; from bpeinfer.files import check_output, write_file; "
    code += "check_output(Path('/dev/stdout')); write_file(Path('/dev/stdout'), b'first '); print('second')"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"first second\n"
    with (tmp_path / "file").open("ab") as stream:
        subprocess.run(command, stdout=stream, check=True)
    assert (tmp_path / "file").read_bytes() == b"first second\n"


def test_a_missing_folder_is_not_made(tmp_path):
    for refusal in (
        lambda path: write_file(path, b""),
        check_output,
        make_folder,
        lambda path: append_file(path, bytes),
    ):
        with pytest.raises(OutputError, match=r"there is no folder .*misspelt.*make it or check the path"):
            refusal(tmp_path / "misspelt" / "name")
    assert list(tmp_path.iterdir()) == []
    make_folder(tmp_path / "made")
    make_folder(tmp_path / "made")
    make_folder(Path("/"))
    check_output(tmp_path / "made" / "file")
    with pytest.raises(OutputError, match="made is a folder, expected a file"):
        check_output(tmp_path / "made")


def test_a_limit_that_was_raised_takes_no_memory_of_its_own(tmp_path):
    """`read(10**15)` asks for a petabyte before it reads the first byte."""
    merges = tmp_path / "gpt2.txt.gz"
    merges.write_bytes(Path("bpeinfer/bundled/gpt2/merges.txt.gz").read_bytes())
    raised = Limits(tokenizer=10**15, words=10**15, manifest=10**15)
    assert len(load_tokenizer(merges, limits=raised).merges) == 50_000
    folder = sample(tmp_path / "a", "x.txt", b"text")
    (folder / "words.tsv").write_text("".join(f"word{chr(97 + k)}\t{k + 1}\n" for k in range(26)))
    (folder / "manifest.json").write_text('{"categories": [{"name": "a", "file": "x.txt"}]}')
    assert load_corpus(folder, minimum=1, limits=raised).names == ("a",)


def test_a_folder_that_another_run_makes_at_the_same_time_is_a_folder(tmp_path, monkeypatch):
    real = os.path.isdir

    def just_before(path):
        found = real(path)
        Path(path).mkdir(exist_ok=True)  # by the other run, right after this one has looked
        return found

    monkeypatch.setattr(os.path, "isdir", just_before)
    make_folder(tmp_path / "made")
    monkeypatch.undo()
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("file", "link"):
        with pytest.raises(OutputError, match=f"{name} is a file, expected a folder; name another"):
            make_folder(tmp_path / name)


def test_appending_removes_a_line_that_was_cut_short(tmp_path):
    path = tmp_path / "rows.jsonl"
    append_file(path, lambda there: b"one\n")
    with path.open("ab") as stream:
        stream.write(b"two, cut")
    seen = []
    append_file(path, lambda there: seen.append(there) or b"three\n")
    assert (seen, path.read_bytes()) == ([b"one\n"], b"one\nthree\n")


def test_two_that_append_at_once_see_each_other(tmp_path):
    path = tmp_path / "rows.jsonl"

    def append(name):
        for _ in range(50):
            append_file(path, lambda there: b"%d %d\n" % (there.count(b"\n"), name))

    threads = [threading.Thread(target=append, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [int(line.split()[0]) for line in path.read_bytes().splitlines()] == list(range(200))
