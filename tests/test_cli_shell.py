"""The program in a shell: any encoding, hostile names, interrupts, pipes that close, libraries that are not there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from bpeinfer.reports.as_json import as_json

SAMPLE = Path(__file__).parents[1] / "fixtures" / "corpus" / "sample"
SMALL = ("--merges", "60", "--bootstrap", "0", "--no-cache", "--force")


def run(*arguments: str | Path, code: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a shell would; `code` is run before it in the same process."""
    program = textwrap.dedent(code) + "\nfrom bpeinfer.__main__ import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *map(os.fspath, arguments)],
        capture_output=True,
        timeout=300,
        env={**os.environ, "COLUMNS": "100", **environment},
    )


def one_line(stderr: bytes) -> str:
    text = stderr.decode("utf-8", "backslashreplace")
    assert text.startswith("bpeinfer: "), text
    assert text.count("\n") == 1, text
    return text


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", pytest.param("latin-1", marks=pytest.mark.long)])
def test_output_in_an_encoding_that_lacks_characters(encoding, tmp_path):
    result = tmp_path / "result.json"
    options = ("--corpus", SAMPLE, "--categories", "de,fr", *SMALL, "--output", result)
    page = run("infer", "bundled:gpt2", *options, PYTHONIOENCODING=encoding)
    assert (page.returncode, page.stderr) == (0, b"")
    shown = page.stdout.decode(encoding)
    assert "##" in shown
    assert "\\u2588" not in shown
    asked = run("explain", result, "--category", "de", "--json", PYTHONIOENCODING=encoding)
    assert asked.returncode == 0
    assert json.loads(asked.stdout) == json.loads(result.read_text("utf-8"))["evidence"]["de"]


HOSTILE = "a\x1b[31m\u202eb\x9b1A\nc"


def test_hostile_and_undecodable_names_are_shown_escaped_in_reports_json_and_errors(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / f"{HOSTILE}.txt").write_text("the cat and the hat of the man in the street " * 50)
    (corpus / "plain.txt").write_text("in the beginning there was another thing and then " * 50)
    Path(os.fsdecode(os.fsencode(corpus) + b"/caf\xe9.txt")).write_text(
        "on the other hand the end of it " * 50
    )
    written = tmp_path / "result.json"
    for arguments in (
        ("infer", "bundled:gpt2", "--corpus", corpus, *SMALL, "--output", written),
        ("infer", "bundled:gpt2", "--corpus", corpus, *SMALL, "--json"),
        ("explain", written, "--category", HOSTILE),
        ("explain", written, "--category", "missing"),
        ("tally", "--tokenizer", "bundled:gpt2", "--corpus", corpus, "--output", tmp_path / "tallies"),
        ("inspect", corpus / f"{HOSTILE}.txt"),
        ("inspect", tmp_path / HOSTILE),
    ):
        done = run(*arguments)
        for output in (done.stdout.decode(), done.stderr.decode()):
            assert not set(output) & {"\x1b", "\x9b", "\u202e", "\udce9"}
            assert "Traceback" not in output
        if done.returncode:
            one_line(done.stderr)
        elif "--json" in arguments:
            assert HOSTILE in [entry["name"] for entry in json.loads(done.stdout)["categories"]]
    assert HOSTILE in [entry["name"] for entry in json.loads(written.read_text())["categories"]]


def test_json_of_any_string_reads_back():
    every = "".join(map(chr, [*range(0x3000), 0xD800, 0xFEFF, 0xDFFF, 0x1F600, 0xE0001, 0x10FFFF]))
    text = as_json([every])
    assert json.loads(text.encode()) == [every]
    assert not set(text) & set("\x1b\x9b\u202e\u2028")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("MemoryError()", "not enough memory; use less text"),
        ('RuntimeError("can\'t start new thread")', "no thread can be started"),
        ("type('PanicException', (BaseException,), {})('index out of range')", "a library broke down"),
        ("OSError(28, 'No space left on device', 'counts.tally')", "counts.tally: No space left on device"),
    ],
)
def test_breakdowns_of_the_machine_and_of_libraries_are_one_line(error, words):
    code = f"""
        import bpeinfer.cli
        def breaks_down(**_):
            raise {error}
        bpeinfer.cli.app = breaks_down
    """
    done = run(code=code)
    assert done.returncode == 2
    assert words in one_line(done.stderr)


def test_an_error_of_ours_in_the_program_is_a_traceback_to_report():
    done = run(code="import bpeinfer.cli\nbpeinfer.cli.app = lambda **_: 1 / 0")
    assert b"ZeroDivisionError" in done.stderr


@pytest.mark.parametrize("module", ["numpy", "typer", "bpeinfer.cli.tally", "scipy.sparse"])
def test_an_interrupt_during_imports_ends_the_program_without_a_word(module):
    code = f"""
        import sys
        class Interrupting:
            def find_spec(self, name, path=None, target=None):
                if name == {module!r}:
                    raise KeyboardInterrupt
        sys.meta_path.insert(0, Interrupting())
    """
    done = run("infer", "bundled:gpt2", code=code)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.skipif(os.name == "nt", reason="signals are sent")
@pytest.mark.parametrize("delay", [0.3, 1.0, pytest.param(4.0, marks=pytest.mark.long)])
def test_a_signal_at_any_time_ends_the_program_without_a_word(delay):
    marker = "import sys; sys.stdout.write('ready'); sys.stdout.flush()"
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", f"{marker}\nfrom bpeinfer.__main__ import main; main()"),
            *("infer", "bundled:gpt2", "--corpus", str(SAMPLE), "--no-cache", "--workers", "2"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell starts what runs in the background, these tests perhaps, with the signal ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    process.stdout.read(5)
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    assert (process.returncode, stderr) == (130, b"")


@pytest.mark.skipif(os.name == "nt", reason="pipes of a shell")
def test_a_reader_that_has_gone_and_a_full_disk():
    program = f"{sys.executable} -m bpeinfer inspect bundled:gpt2"
    gone = subprocess.run(
        ["bash", "-c", f"{program} | true; exit ${{PIPESTATUS[0]}}"], capture_output=True, timeout=120
    )
    assert (gone.returncode, gone.stderr) == (141, b"")
    if Path("/dev/full").exists():
        full = subprocess.run(["bash", "-c", f"{program} > /dev/full"], capture_output=True, timeout=120)
        assert full.returncode == 2
        assert "standard output: No space left on device" in one_line(full.stderr)


WITHOUT = """
    import sys
    class Absent:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] == {module!r}:
                raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
    sys.meta_path.insert(0, Absent())
"""


def test_drawing_without_matplotlib_names_the_extra(tmp_path):
    report = (
        "experiment",
        "run",
        *("-n", "2", "--trials", "1", "--vocabulary", "300", "--merges", "40"),
        *("--train", SAMPLE, "--sample", SAMPLE, "--categories", "de,fr", "--no-cache", "--workers", "1"),
        *("--output", tmp_path / "rows.jsonl"),
    )
    assert run(*report).returncode == 0
    done = run(
        *("experiment", "report", tmp_path / "rows.jsonl", "--figures", tmp_path / "figures"),
        code=WITHOUT.format(module="matplotlib"),
    )
    assert done.returncode == 2
    assert "pip install 'bpeinfer[notebooks]'" in one_line(done.stderr)
    assert not (tmp_path / "figures").exists()


def test_a_data_frame_without_pandas_names_the_extra():
    code = WITHOUT.format(module="pandas") + textwrap.indent(
        f"""
import bpeinfer as bi
samples = bi.load_corpus({str(SAMPLE)!r}, categories="de,fr")
estimate = bi.infer(bi.load_tokenizer("bundled:gpt2"), samples, merges=50, resamples=0)
try:
    estimate.to_frame()
except ImportError as error:
    assert isinstance(error, bi.BpeInferError)
    sys.exit(str(error))
""",
        "    ",
    )
    done = run(code=code)
    assert done.stderr.decode().strip().endswith("pip install 'bpeinfer[notebooks]'")


def test_parquet_without_pyarrow_names_the_extra(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.parquet").write_bytes(b"PAR1" + bytes(20) + b"PAR1")
    done = run("infer", "bundled:gpt2", "--corpus", tmp_path, *SMALL, code=WITHOUT.format(module="pyarrow"))
    assert done.returncode == 2
    assert "bpeinfer[parquet]" in one_line(done.stderr)


@pytest.mark.parametrize("arguments", [("--version",), ("-h",), ("infer", "-h"), ("experiment", "run", "-h")])
def test_version_and_help(arguments):
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith((b"bpeinfer 0.", b"Usage: bpeinfer"))


def test_the_shell_completes_commands():
    done = run(_BPEINFER_COMPLETE="complete_bash", COMP_WORDS="bpeinfer in", COMP_CWORD="1")
    assert done.stdout.split() == [b"infer", b"inspect"]


@pytest.mark.parametrize(
    "arguments",
    [("infer", "x", "--method", "guess"), ("infer", "x", "--invalid", "maybe"), ("tally", "x"), ("nope",)],
)
def test_wrong_usage_is_one_line(arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert "--help" in one_line(done.stderr)
