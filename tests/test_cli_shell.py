"""The program in a shell: any encoding, hostile names, interrupts, pipes that close, libraries that are not there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from unittest import mock

import pytest
from gpt2 import gpt2
from shell import run, run_here
from typer.main import get_command

import bpeinfer as bi
import bpeinfer.cli
from bpeinfer.cli.output import fitted
from bpeinfer.reports.as_json import as_json

SAMPLE = Path(__file__).parents[1] / "fixtures" / "corpus" / "sample"
SMALL = ("--merges", "60", "--resamples", "0", "--no-cache", "--force")


def one_line(stderr: bytes) -> str:
    text = stderr.decode("utf-8", "backslashreplace")
    assert text.startswith("bpeinfer: "), text
    assert text.count("\n") == 1, text
    return text


@pytest.mark.parametrize(
    "encoding", ["cp1252", *(pytest.param(e, marks=pytest.mark.long) for e in ("ascii", "latin-1"))]
)
def test_output_in_an_encoding_that_lacks_characters(encoding, small, tmp_path):
    result = tmp_path / "result.json"
    options = ("--corpus", SAMPLE, "--categories", "de,fr", *SMALL, "--output", result)
    page = run("infer", small, *options, PYTHONIOENCODING=encoding)
    assert (page.returncode, page.stderr) == (0, b"")
    shown = page.stdout.decode(encoding)
    assert "##" in shown
    assert "\\u2588" not in shown
    asked = run("explain", result, "--category", "de", "--json", PYTHONIOENCODING=encoding)
    assert asked.returncode == 0
    assert json.loads(asked.stdout) == json.loads(result.read_text("utf-8"))["evidence"]["de"]


HOSTILE = "a\x1b[31m\u202eb\x9b1A\nc"


def test_hostile_and_undecodable_names_are_shown_escaped_in_reports_json_and_errors(small, tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / f"{HOSTILE}.txt").write_text("the cat and the hat of the man in the street " * 50)
    (corpus / "plain.txt").write_text("in the beginning there was another thing and then " * 50)
    Path(os.fsdecode(os.fsencode(corpus) + b"/caf\xe9.txt")).write_text(
        "on the other hand the end of it " * 50
    )
    written = tmp_path / "result.json"
    for arguments in (
        ("infer", small, "--corpus", corpus, *SMALL, "--output", written),
        ("infer", small, "--corpus", corpus, *SMALL, "--json"),
        ("explain", written, "--category", HOSTILE),
        ("explain", written, "--category", "missing"),
        ("tally", "--tokenizer", small, "--corpus", corpus, "--output", tmp_path / "tallies"),
        ("inspect", corpus / f"{HOSTILE}.txt"),
        ("inspect", tmp_path / HOSTILE),
    ):
        done = run_here(*arguments)
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
        (MemoryError(), "not enough memory; use less text"),
        (RuntimeError("can't start new thread"), "cannot start a thread"),
        (type("PanicException", (BaseException,), {})("index out of range"), "a library crashed"),
        (OSError(28, "No space left on device", "counts.tally"), "counts.tally: No space left on device"),
    ],
    ids=["memory", "threads", "panic", "disk"],
)
def test_breakdowns_of_the_machine_and_of_libraries_are_one_line(error, words, monkeypatch):
    monkeypatch.setattr(bpeinfer.cli, "_called", mock.Mock(side_effect=error))
    done = run_here()
    assert done.returncode == 2
    assert words in one_line(done.stderr)


def test_an_error_of_ours_in_the_program_is_a_traceback_to_report():
    done = run(code="import bpeinfer.cli\nbpeinfer.cli._called = lambda _: 1 / 0")
    assert b"ZeroDivisionError" in done.stderr


@pytest.mark.parametrize(
    "module",
    [
        "numpy",
        *(pytest.param(m, marks=pytest.mark.long) for m in ("typer", "bpeinfer.cli.infer", "scipy.sparse")),
    ],
)
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
@pytest.mark.parametrize("at", ["bpeinfer.cli.samples.load_corpus", "bpeinfer.inference.job.solve"])
def test_a_signal_during_the_work_ends_the_program_without_a_word(at, small):
    module, _, name = at.rpartition(".")
    code = f"""
        import os, signal, {module}
        # A shell starts what runs in the background, these tests perhaps, with the signal ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        work = {at}
        def interrupted(*arguments, **options):
            os.kill(os.getpid(), signal.SIGINT)
            return work(*arguments, **options)
        import sys
        sys.modules[{module!r}].{name} = interrupted
    """
    done = run("infer", small, "--corpus", SAMPLE, *SMALL, code=code)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="signals are sent")
@pytest.mark.parametrize("delay", [0.1, 0.4, 1.0, 3.0])
def test_a_signal_at_any_time_ends_the_program_without_a_word(delay):
    # Nothing can be promised before the program's first lines have run: it says when it is about to import the rest.
    marker = """
        import signal, sys
        class Telling:
            def find_spec(self, name, path=None, target=None):
                if name == "bpeinfer.cli":
                    print("ready", flush=True)
        sys.meta_path.insert(0, Telling())
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from bpeinfer.__main__ import main
        main()
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(marker), "infer", "bundled:gpt2", "--no-cache"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"ready\n"
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    assert (process.returncode, stderr) == (130, b"")


@pytest.mark.skipif(os.name == "nt", reason="pipes of a shell")
def test_a_reader_that_has_gone_and_a_full_disk():
    command = [sys.executable, "-m", "bpeinfer", "corpus", "ls", str(SAMPLE)]
    reader, writer = os.pipe()
    os.close(reader)  # before the program starts, not some time after
    gone = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, timeout=300)
    os.close(writer)
    assert (gone.returncode, gone.stderr) == (141, b"")
    if Path("/dev/full").exists():
        with Path("/dev/full").open("wb") as disk:
            full = subprocess.run(command, stdout=disk, stderr=subprocess.PIPE, timeout=300)
        assert full.returncode == 2
        assert "standard output: No space left on device" in one_line(full.stderr)


@contextlib.contextmanager
def without(library: str):
    """Make a library look as if it were not installed, even if parts of it are already imported."""
    known = {name for name in sys.modules if name.startswith(f"{library}.")}
    with mock.patch.dict(sys.modules, dict.fromkeys({library, *known})):
        yield


def test_drawing_without_matplotlib_names_the_extra(tmp_path):
    report = (
        "experiment",
        "run",
        *("-n", "2", "--trials", "1", "--vocabulary", "300", "--merges", "40"),
        *("--train", SAMPLE, "--sample", SAMPLE, "--categories", "de,fr", "--no-cache", "--workers", "1"),
        *("--output", tmp_path / "rows.jsonl"),
    )
    assert run_here(*report).returncode == 0
    with without("matplotlib"):
        done = run_here("experiment", "report", tmp_path / "rows.jsonl", "--figures", tmp_path / "figures")
    assert done.returncode == 2
    assert "pip install '.[notebooks]'" in one_line(done.stderr)
    assert not (tmp_path / "figures").exists()


def test_a_data_frame_without_pandas_names_the_extra():
    samples = bi.load_corpus(SAMPLE, categories="de,fr")
    estimate = bi.infer(gpt2(), samples, merges=50, resamples=0)
    with (
        without("pandas"),
        pytest.raises(ImportError, match=r"pip install '\.\[notebooks\]'\)$") as caught,
    ):
        estimate.to_frame()
    assert isinstance(caught.value, bi.BpeInferError)


def test_parquet_without_pyarrow_names_the_extra(small, tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.parquet").write_bytes(b"PAR1" + bytes(20) + b"PAR1")
    with without("pyarrow"):
        done = run_here("infer", small, "--corpus", tmp_path, *SMALL)
    assert done.returncode == 2
    assert "pip install '.[parquet]'" in one_line(done.stderr)


@pytest.mark.parametrize("arguments", [("--version",), ("-h",), ("infer", "-h"), ("experiment", "run", "-h")])
def test_version_and_help(arguments):
    done = run_here(*arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith((b"bpeinfer 0.", b"Usage: bpeinfer"))


def test_the_shell_completes_commands():
    done = run(_BPEINFER_COMPLETE="complete_bash", COMP_WORDS="bpeinfer in", COMP_CWORD="1")
    assert done.stdout.split() == [b"infer", b"inspect"]


@pytest.mark.parametrize(
    "arguments",
    [("infer", "x", "--method", "guess"), ("infer", "x", "--errors", "maybe"), ("tally", "x"), ("nope",)],
)
def test_wrong_usage_is_one_line(arguments):
    done = run_here(*arguments)
    assert done.returncode == 2
    assert "--help" in one_line(done.stderr)


@pytest.mark.parametrize(
    ("option", "words"), [("--latex", "the name of a file, or - to print"), ("--merges", "'--merges'")]
)
def test_an_option_without_its_value_names_its_command(option, words):
    said = one_line(run_here("infer", "x", option).stderr)
    assert words in said
    assert said.rstrip().endswith("see bpeinfer infer --help")


def test_the_help_of_the_program_is_that_of_all_commands():
    every, none = (get_command(made) for made in (bpeinfer.cli.app, bpeinfer.cli._called([])))
    shown = [
        {name: one.get_short_help_str(300) for name, one in made.commands.items()} for made in (every, none)
    ]
    assert shown[0] == shown[1]
    assert list(shown[0]) == list(shown[1])


def test_the_help_of_the_program_cuts_no_sentence_off():
    commands = run_here("--help").stdout.decode().partition("Commands:")[2].partition("\n\n")[0]
    assert len(commands.strip().splitlines()) == len(bpeinfer.cli.COMMANDS)
    assert "..." not in commands


def test_the_help_of_the_program_loads_no_command():
    code = (
        "import sys\nfrom bpeinfer.cli import main\nsys.argv = ['bpeinfer', '--help']\ntry: main()\nfinally:\n"
        "    assert not {'numpy', 'scipy', 'rich.console', 'huggingface_hub'} & set(sys.modules)"
    )
    done = run(code=code)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"infer" in done.stdout


def test_inspect_loads_neither_scipy_nor_the_solver():
    code = (
        "import sys\nfrom bpeinfer.cli import main\nsys.argv = ['bpeinfer', 'inspect', 'bundled:gpt2']\n"
        "try: main()\nexcept SystemExit: pass\nassert not {'scipy', 'highspy', 'bpeinfer.solving'} & set(sys.modules)\n"
        "sys.argv = ['bpeinfer', '--version']"
    )
    done = run(code=code)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"gpt2" in done.stdout


def test_the_examples_in_the_help_are_commands_that_there_are():
    program = get_command(bpeinfer.cli.app)
    examples = re.findall(r"^  bpeinfer (.*)$", bpeinfer.cli.EPILOG, re.MULTILINE)
    assert examples
    page = run_here("--help").stdout.decode()
    for example in examples:
        assert f"bpeinfer {example}\n" in page
        name, *words = shlex.split(example)
        program.commands[name].make_context(name, words)  # raises if an option is not there


def test_lines_fit_the_terminal_rows_are_cut_and_sentences_wrapped():
    row = "en-words       50  ████  English like: jokes"
    said = 'merges that lack support: "  ", " team", "年"'
    assert fitted(f"{row}\n\n{said}", 24).split("\n") == [
        "en-words       50  Engl…",
        "",
        "merges that lack",
        'support: "  ", " team",',
        '"年"',
    ]
    assert fitted(said, 60) == said
    figures = "gpt2      94 (90–98)  2.3 (0.0–5.0)"
    assert fitted(figures, 24) == figures
