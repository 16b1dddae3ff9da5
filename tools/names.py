"""Write docs/reference/names.md: every option of the command line beside the Python parameter that it is.

    python tools/names.py

An option has the name of a parameter with dashes for underscores; `EXCEPTIONS` are the ones that cannot. The test in
tests/test_names.py holds both to be complete, and the page to be current.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import typer

import bpeinfer as bi
from bpeinfer import testing
from bpeinfer.cli import app
from bpeinfer.experiments import Design

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "names.md"

# For each command, what it calls, in the order in which a parameter is looked for.
TWINS: dict[str, tuple[Callable[..., Any], ...]] = {
    "infer": (bi.infer, bi.infer_many, bi.load_corpus, bi.load_tokenizer, testing.assert_mixture),
    "table": (bi.table, bi.load_estimate),
    "report": (bi.load_estimate,),
    "plot": (bi.MixtureEstimate.plot, bi.MixtureEstimate.plot_evidence),
    "explain": (bi.MixtureEstimate.explain,),
    "inspect": (bi.inspect_tokenizer, bi.load_tokenizer),
    "compare": (bi.compare_results, bi.load_tokenizer),
    "size": (bi.training_size, bi.load_corpus, bi.load_tokenizer),
    "check": (bi.check_includes, bi.load_corpus, bi.load_tokenizer),
    "rank": (bi.rank_texts, bi.load_corpus, bi.load_tokenizer),
    "member": (bi.check_member, bi.load_corpus, bi.load_tokenizer),
    "validate": (bi.validate, bi.load_corpus),
    "tally": (bi.tally_corpus, bi.load_corpus, bi.load_tokenizer),
    "counts push": (bi.push_counts,),
    "counts pull": (bi.pull_counts, bi.load_tokenizer),
    "corpus ls": (bi.load_corpus,),
    "corpus fetch": (bi.fetch_corpus,),
    "experiment run": (bi.run_experiment, Design, bi.load_corpus),
}

# What concerns the machine and not a tokenizer has no twin in Python.
WITHOUT_TWIN = {"env", "cache ls", "cache prune", "cache verify", "experiment report"}

# (command or "" for all, option) → what it is in Python.
EXCEPTIONS = {
    ("", "--corpus"): "`load_corpus(paths)`; what that returns is the parameter `samples`",
    ("", "--json"): "`to_dict()` of what is returned",
    ("", "--html"): "`to_html()` of what is returned",
    ("", "--markdown"): "`to_markdown()` of what is returned",
    ("", "--csv"): "`to_csv()` of what is returned",
    ("", "--latex"): "`to_latex()` of what is returned",
    ("infer", "--output"): "`estimate.save(path)`",
    ("infer", "--expect"): "`testing.assert_mixture(expected)`, shares from 0 to 1",
    ("infer", "--fail-on"): "`estimate.verdict`",
    (
        "infer",
        "--force",
    ): "an estimate always has its shares; `estimate.withheld` says why they are not shown",
    ("report", "--force"): "as for `infer`",
    ("explain", "--category"): "`estimate.explain(name)`",
    ("explain", "--group"): "`estimate.explain(name)`",
    ("plot", "--kind"): "the methods `plot`, `plot_groups`, `plot_drift`, `plot_evidence`",
    ("plot", "--output"): "`axes.figure.savefig(path)`",
    ("validate", "--list"): "`published_truths()`",
    ("tally", "--tokenizer"): "`tally_corpus(pretokenizer)`, which takes a tokenizer, too",
    ("counts pull", "--tokenizer"): "`pull_counts(pretokenizer)`, which takes a tokenizer, too",
    ("corpus ls", "--short"): "none: it shortens the page",
    ("experiment run", "--vocabulary"): "`Design(trained_merges)`, which leaves out the 256 bytes",
}

# Parameters with the option's name that take other values.
VALUES = {
    "--name": "given once for each tokenizer; `infer_many(names)` is a list",
    "--at-least": "percent in the shell, a share from 0 to 1 in Python",
    "--within": "percentage points in the shell, a share from 0 to 1 in Python",
    "--workers": "one for each processor unless given; 1 in Python, where a script with several needs "
    '`if __name__ == "__main__":`',
    "--cache": "on unless `--no-cache`; in Python a folder, None for no cache",
    "--limits": "`line=1G` is `Limits(line=10**9)` in Python",
    "--layout": "a name in the shell, a function of the tokenizer in Python",
    "--baselines": "names with commas between them in the shell; for `experiment run` a switch",
    "--columns": "names with commas between them in the shell",
    "--includes": "`ka,python=2` is `{'ka': .005, 'python': .02}` in Python",
    "--self-check": "folders or files in the shell, texts in Python",
}

HEAD = """# Names in the shell and in Python

An option of a command has the name of a Python parameter, with dashes for underscores: `--first-merge` is
`first_merge`. The exceptions are at the end. `python tools/names.py` writes this page.

"""


@cache
def program() -> Any:
    """Return the command line with all its commands."""
    return typer.main.get_command(app)


def options(command: str) -> list[str]:
    """Return the long options of a command (the short one where it has no other)."""
    here = program()
    for word in command.split():
        here = here.commands[word]
    named = [parameter for parameter in here.params if parameter.opts[0].startswith("-")]
    return [max(parameter.opts, key=len) for parameter in named if parameter.name != "help"]


def commands() -> Iterator[str]:
    """Return the name of every command, with its group's."""
    for name, command in program().commands.items():
        inner = getattr(command, "commands", None)
        yield from [f"{name} {verb}" for verb in inner] if inner else [name]


def by_rule(command: str, option: str) -> str:
    """Return the parameter that an option is by its name, such as ``infer(merges)``, or ""."""
    parameter = option.lstrip("-").replace("-", "_")
    for function in TWINS[command]:
        if parameter in inspect.signature(function).parameters:
            name = function.__qualname__.replace("EstimateViews", "estimate")
            return f"{name}({parameter})"
    return ""


def exception(command: str, option: str) -> str:
    """Return what a stated exception says about an option, or ""."""
    return EXCEPTIONS.get((command, option)) or EXCEPTIONS.get(("", option), "")


def page() -> str:
    """Return the text of the page."""
    found: dict[str, dict[str, list[str]]] = {}
    for command in commands():
        for option in () if command in WITHOUT_TWIN else options(command):
            if parameter := by_rule(command, option):
                found.setdefault(option, {}).setdefault(parameter, []).append(command)
    lines = ["| option | Python | of the commands | values |", "|---|---|---|---|"]
    for option, homes in sorted(found.items()):
        parameters = ", ".join(f"`{home}`" for home in homes)
        users = ", ".join(f"`{name}`" for names in homes.values() for name in names)
        lines.append(f"| `{option}` | {parameters} | {users} | {VALUES.get(option, '')} |")
    lines += ["", "## Exceptions", "", "| command | option | Python |", "|---|---|---|"]
    for (command, option), said in EXCEPTIONS.items():
        lines.append(f"| {f'`{command}`' if command else 'all'} | `{option}` | {said} |")
    alone = ", ".join(f"`{name}`" for name in sorted(WITHOUT_TWIN))
    lines += ["", f"No Python function belongs to {alone}."]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
