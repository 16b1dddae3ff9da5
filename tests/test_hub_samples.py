"""Samples from data sets on the hub, with the real client against a local server that speaks its routes."""

from __future__ import annotations

import gzip
import io
import json
import random
import re

import pytest
from hub_server import Fault, Repository, answering, etag, sending
from shell import run_here

from bpeinfer.corpora.hub import fetch
from bpeinfer.corpora.hub.parts import in_random_order
from bpeinfer.corpora.hub.sample import RECIPES, HubSample, find_recipe, read_recipe, select_samples
from bpeinfer.corpora.load import load_corpus
from bpeinfer.errors import CorpusError
from bpeinfer.files import zstd
from bpeinfer.loading import hub_requests

pyarrow = pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
parquet = pytest.importorskip("pyarrow.parquet")
ipc = pytest.importorskip("pyarrow.ipc")

SIZE = 20_000


def texts(name: str, number: int, words: int = 20) -> list[str]:
    draw = random.Random(name)
    return [f"{name} {i} {' '.join(str(draw.random()) for _ in range(words))}" for i in range(number)]


def as_parquet(rows: list[str], group: int = 50, other: int = 8) -> bytes:
    out = io.BytesIO()
    draw = random.Random(0)
    table = pyarrow.table({"id": [draw.randbytes(other) for _ in rows], "text": rows})
    parquet.write_table(table, out, row_group_size=group)
    return out.getvalue()


def as_lines(rows: list[str]) -> bytes:
    return "".join(json.dumps({"id": 1, "text": row}) + "\n" for row in rows).encode()


def as_arrow(rows: list[str], write) -> bytes:
    out = io.BytesIO()
    table = pyarrow.table({"text": rows})
    with write(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=10)
    return out.getvalue()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch, tmp_path):
    monkeypatch.setattr(hub_requests, "WAITS", (0.01, 0.01, 0.02))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def data(hub):
    """A data set with the configurations de (three files of four row groups) and fr."""
    files = {f"de/{n}.parquet": texts(f"de{n}", 200) for n in range(3)} | {"fr/0.parquet": texts("fr", 50)}
    made = Repository({path: as_parquet(rows) for path, rows in files.items()} | {"README.md": b"# texts"})
    made.card = {
        "configs": [
            {
                "config_name": "de",
                "data_files": [{"split": "test", "path": "none"}, {"path": "de/*.parquet"}],
            },
            {"config_name": "fr", "data_files": "fr/*"},
        ]
    }
    hub.repositories["datasets/acme/texts"] = made
    hub.truth = {text for path, rows in files.items() if path.startswith("de") for text in rows}
    return hub


def documents(folder, name="de"):
    corpus = load_corpus(folder, minimum=1)
    return list(next(category for category in corpus.categories if category.name == name).documents())


def manifest(folder):
    return {
        entry["name"]: entry for entry in json.loads((folder / "manifest.json").read_bytes())["categories"]
    }


def test_a_sample_is_rows_of_random_files_and_the_manifest_says_whence(data, tmp_path):
    fetch.fetch_corpus("hub:acme/texts/de#text", tmp_path / "out", limit=SIZE)
    found = documents(tmp_path / "out")
    assert len(set(found)) == len(found)
    assert set(found) <= data.truth
    assert {text[:3] for text in found} == {"de0", "de1", "de2"}
    entry = manifest(tmp_path / "out")["de"]
    assert 0.9 * SIZE < entry["bytes"] == sum(len(text.encode()) for text in found) <= SIZE
    (source,) = entry["sources"]
    assert (source["package"], source["column"]) == ("acme/texts", "text")
    assert source["version"] == data.repositories["datasets/acme/texts"].commit
    assert sum(source["files"].values()) == source["documents"] == len(found)
    assert {path[-9:-8] for path in source["files"]} == {"0", "1", "2"}


def test_the_seed_decides_and_nothing_else(data, tmp_path):
    folders = [tmp_path / name for name in "abc"]
    for folder, seed in zip(folders, (0, 0, 1), strict=True):
        fetch.fetch_corpus("hub:acme/texts/de#text", folder, limit=SIZE, seed=seed)
    one, same, other = map(documents, folders)
    assert one == same
    assert set(one) != set(other)


ROWS = texts("row", 60, words=5)
TABLE = "id,text\n" + "".join(f'1,"{row}"\n' for row in ROWS)
FORMATS = {
    "train.jsonl": as_lines(ROWS),
    "train.json": as_lines(ROWS),
    "train.jsonl.gz": gzip.compress(as_lines(ROWS), mtime=0),
    "train.json.zst": zstd.compress(as_lines(ROWS)),
    "train.csv": TABLE.encode(),
    "train.txt.gz": gzip.compress("\n".join(ROWS).encode(), mtime=0),
    "train.parquet": as_parquet(ROWS, group=7),
    "stream.arrow": as_arrow(ROWS, ipc.new_stream),
    "file.arrow": as_arrow(ROWS, ipc.new_file),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_small_data_set_comes_whole(hub, tmp_path, name):
    hub.repositories["datasets/acme/small"] = Repository({f"data/{name}": FORMATS[name]})
    fetch.fetch_corpus("hub:acme/small#text", tmp_path / "out")
    found = documents(tmp_path / "out", "small")
    assert sorted("".join(found).splitlines() if "txt" in name else found) == sorted(ROWS)


@pytest.mark.parametrize("name", ["stream.arrow", "file.arrow"])
def test_an_arrow_file_on_the_disk_gives_its_texts(tmp_path, name):
    (tmp_path / name).write_bytes(FORMATS[name])
    assert documents(tmp_path / name, name.partition(".")[0]) == ROWS
    (tmp_path / name).write_bytes(FORMATS[name][: len(FORMATS[name]) // 2])
    with pytest.raises(CorpusError, match=r"\.arrow: not a readable \.arrow file"):
        documents(tmp_path / name, name.partition(".")[0])


def test_lines_of_a_plain_file_come_from_all_of_it_and_none_twice(hub, tmp_path):
    rows = texts("line", 2000)
    hub.repositories["datasets/acme/lines"] = Repository({"train.jsonl": as_lines(rows)})
    fetch.fetch_corpus("hub:acme/lines#text", tmp_path / "out", limit=SIZE)
    found = documents(tmp_path / "out", "lines")
    assert len(set(found)) == len(found) > 30
    assert set(found) <= set(rows)
    places = sorted(int(text.split()[1]) for text in found)
    assert places[0] < 500
    assert places[-1] > 1500


def test_an_interrupted_run_goes_on_and_ends_as_one_in_one_go(data, tmp_path):
    fetch.fetch_corpus("hub:acme/texts/de#text", tmp_path / "whole", limit=SIZE)
    # The third file cannot be read at first.
    order = list(dict.fromkeys(re.findall(r"/cdn/\S+(de/\d)\.parquet", "\n".join(data.log))))
    data.faults.append(Fault(f"/cdn/datasets/acme/texts/{order[2]}", answering(403)))
    with pytest.raises(CorpusError, match="the hub answered 403"):
        fetch.fetch_corpus("hub:acme/texts/de#text", tmp_path / "out", limit=SIZE)
    assert not (tmp_path / "out" / "de.jsonl.zst").exists()
    kept = (tmp_path / "out" / ".de.part").read_bytes()
    assert kept
    with (tmp_path / "out" / ".de.part").open("ab") as part:  # as when it was killed after the last entry
        part.write(b"half a frame")
    data.faults.clear()
    fetch.fetch_corpus("hub:acme/texts/de#text", tmp_path / "out", limit=SIZE)
    assert documents(tmp_path / "out") == documents(tmp_path / "whole")
    assert (tmp_path / "out" / "de.jsonl.zst").read_bytes().startswith(kept)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        ".fetching",
        "de.jsonl.zst",
        "manifest.json",
    ]


def test_what_is_there_is_not_fetched_again_unless_it_is_damaged(data, tmp_path):
    fetch.fetch_corpus("hub:acme/texts/de#text", tmp_path / "out", limit=SIZE)
    before = (tmp_path / "out" / "de.jsonl.zst").read_bytes()
    data.log.clear()
    fetch.fetch_corpus("hub:acme/texts/de#text", tmp_path / "out", limit=SIZE)
    assert data.log == []
    (tmp_path / "out" / "de.jsonl.zst").write_bytes(before[:-1])
    fetch.fetch_corpus("hub:acme/texts/de#text", tmp_path / "out", limit=SIZE)
    assert (tmp_path / "out" / "de.jsonl.zst").read_bytes() == before


def test_what_was_not_fetched_is_never_overwritten(data, tmp_path):
    (tmp_path / "de.jsonl.zst").write_bytes(b"mine")
    with pytest.raises(CorpusError, match="was not fetched; choose another folder"):
        fetch.fetch_corpus("hub:acme/texts/de#text", tmp_path, limit=SIZE)
    assert (tmp_path / "de.jsonl.zst").read_bytes() == b"mine"


def test_in_place_it_is_fetched_once(data):
    def load():
        return load_corpus(
            ["hub:acme/texts/de#text", "hub:acme/texts/fr#text"], limit=5000, text_field="other"
        )

    found = [list(category.documents()) for category in load().categories]
    assert set(found[0]) <= data.truth
    assert all(text.startswith("fr ") for text in found[1])
    data.log.clear()
    assert [list(category.documents()) for category in load().categories] == found
    assert data.log == []


def test_a_recipe_goes_on_after_a_category_that_is_gated(data, tmp_path):
    data.repositories["datasets/acme/secret"] = Repository({"train.jsonl": as_lines(ROWS)}, gated=True)
    (tmp_path / "r.toml").write_text(
        'bytes = "5k"\ngroup = "g"\n[gr]\ndataset = "acme/secret"\n'
        '[de]\ndataset = "acme/texts"\nfiles = ["de/1.parquet"]\nlicence = "CC0"\n'
    )
    with pytest.raises(
        CorpusError, match=r"1 of 2 .*acme/secret#text: a gated data set; accept its terms.*HF_TOKEN"
    ):
        fetch.fetch_corpus(tmp_path / "r.toml", tmp_path / "out")
    entry = manifest(tmp_path / "out")["de"]
    assert (entry["group"], entry["sources"][0]["licence"]) == ("g", "CC0")
    assert all(text.startswith("de1 ") for text in documents(tmp_path / "out"))
    data.repositories["datasets/acme/secret"].gated = False
    fetch.fetch_corpus(tmp_path / "r.toml", tmp_path / "out")
    assert set(manifest(tmp_path / "out")) == {"de", "gr"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "hub:acme/nothing#text",
            "no such data set on the hub; check the spelling, or set HF_TOKEN if it is private",
        ),
        ("hub:acme/texts#text", r"several configurations \(de, fr\); name one \(hub:acme/texts/de#text\)"),
        ("hub:acme/texts/nl#text", "no configuration 'nl'; there are de, fr"),
        ("hub:acme/texts@v9/de#text", "no such revision; leave out @revision"),
        ("hub:acme/texts/de#body", r"no column 'body' \(found 'id', 'text'\)"),
        ("hub:acme/pictures#text", r"no readable files .* found \.png"),
        ("hub:acme/texts", "expected hub:OWNER/NAME"),
        ("bundled:none", "there are bundled:paper, bundled:paper-small"),
    ],
)
def test_a_fault_is_one_line_that_says_what_to_do(data, tmp_path, name, words):
    data.repositories["datasets/acme/pictures"] = Repository({"a.png": b"x"})
    with pytest.raises(CorpusError, match=words) as caught:
        fetch.fetch_corpus(name, tmp_path / "out", limit=SIZE)
    assert "\n" not in str(caught.value)


def test_an_answer_of_another_length_is_refused(data, tmp_path):
    data.faults.append(Fault("GET /cdn/", answering(206, b"PAR1")))
    with pytest.raises(CorpusError, match=r"the hub delivered 4 bytes of .*, expected [\d,]+;"):
        fetch.fetch_corpus("hub:acme/texts/de#text", tmp_path / "out", limit=SIZE)


@pytest.mark.long
def test_of_shards_of_megabytes_little_is_asked_for_even_when_answers_are_cut_or_put_off(hub, tmp_path):
    shards = {f"train-{n}.parquet": as_parquet(texts(f"s{n}", 4000), group=200, other=2000) for n in range(4)}
    assert min(map(len, shards.values())) > 8_000_000
    hub.repositories["datasets/acme/large"] = Repository(shards)
    body = shards["train-0.parquet"]
    hub.faults += [
        Fault("GET /cdn/", answering(429), times=1),
        Fault("GET /cdn/", sending([body[:1000]], length=5000, ETag=etag(body)), times=1),
        Fault("GET /cdn/", answering(503), times=1),
    ]
    fetch.fetch_corpus("hub:acme/large#text", tmp_path / "out", limit=200_000)
    found = documents(tmp_path / "out", "large")
    assert {text[:2] for text in found} == {"s0", "s1", "s2", "s3"}
    assert 190_000 < sum(map(len, found)) <= 200_000
    ranges = [re.search(r"/cdn/.*bytes=(\d+)-(\d+)", line) for line in hub.log]
    assert sum(int(found[2]) - int(found[1]) for found in ranges if found) < 0.25 * sum(
        map(len, shards.values())
    )


def test_parts_come_in_turns_and_each_once():
    sizes = {"a": 10, "b": 1000, "c": 10}
    count = {"a": 1, "b": 4, "c": 3}
    order = list(in_random_order(sizes, 3, count.__getitem__))
    assert sorted(order) == sorted((path, part) for path in sizes for part in range(count[path]))
    assert {path for path, _ in order[:3]} == {"a", "b", "c"}
    first = [next(in_random_order(sizes, seed, count.__getitem__))[0] for seed in range(200)]
    assert first.count("b") > 180


@pytest.mark.parametrize("name", ["paper", "paper-small"])
def test_shipped_recipes_are_whole(name):
    samples = find_recipe(f"bundled:{name}")
    assert len({sample.name for sample in samples}) == len(samples) >= 50
    assert all(sample.licence and sample.group and sample.title for sample in samples)
    assert (RECIPES / f"{name}.toml").read_text("utf-8").count("Not checked") == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[de]\n", "category 'de': dataset is missing or not OWNER/NAME"),
        ("[de]\ndataset = 'a/b'\ncolumns = 'x'\n", "unknown key 'columns'; there are bytes, column"),
        ("[de]\ndataset = 'a/b'\nbytes = 0\n", "bytes is 0, expected an amount"),
        ("[de]\ndataset = 'a/b'\nbytes = 'x'\n", "bytes is 'x', expected an amount"),
        ("[de]\ndataset = 'a/b'\nconfig = 1\n", "config is a int, expected text"),
        ("['../de']\ndataset = 'a/b'\n", "its name becomes a file name"),
        ("de = [\n", "not a recipe in TOML"),
        ("bytes = 1\n", "no categories"),
    ],
)
def test_what_is_wrong_with_a_recipe_is_named(tmp_path, text, words):
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(CorpusError, match=rf"r\.toml: {words}|r\.toml: .*{words}"):
        read_recipe(tmp_path / "r.toml")


@pytest.mark.parametrize(
    ("text", "dataset", "revision", "config"),
    [
        ("hub:a/b#text", "a/b", "", ""),
        ("hub:a/b@main#text", "a/b", "main", ""),
        ("hub:a/b/20231101.de#text", "a/b", "", "20231101.de"),
        ("hub:a/b@refs/convert/parquet/en/x#text", "a/b", "refs/convert/parquet", "en/x"),
    ],
)
def test_names_of_data_sets_are_read_and_written_alike(text, dataset, revision, config):
    sample = HubSample.from_name(text)
    assert (sample.dataset, sample.revision, sample.config) == (dataset, revision, config)
    assert str(sample) == text


def test_the_command_fetches_and_lists(data, tmp_path):
    done = run_here(
        "corpus", "fetch", "hub:acme/texts/de#text", "--output", tmp_path / "out", "--limit", "20k"
    )
    assert done.returncode == 0, done.stderr
    commit = data.repositories["datasets/acme/texts"].commit
    assert re.search(rf"de +20 kB.*\n +acme/texts +20 kB +hub acme/texts {commit}", done.stdout.decode())
    done = run_here("corpus", "fetch", "hub:acme/texts/nl#text", "--output", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(
        "bpeinfer: hub:acme/texts/nl#text: the data set has no configuration 'nl'"
    )


def test_a_title_or_group_chooses_samples_of_a_recipe():
    samples = [
        HubSample(name="fr", dataset="acme/texts", title="French"),
        HubSample(name="c", dataset="acme/code", group="code"),
    ]
    assert [sample.name for sample in select_samples(samples, "french")] == ["fr"]
    assert [sample.name for sample in select_samples(samples, "Code,f*")] == ["fr", "c"]


def test_no_network_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(CorpusError, match=r"the request to the hub failed .*try again, or give a local file"):
        fetch.fetch_corpus("hub:acme/texts/de#text", tmp_path / "out")
