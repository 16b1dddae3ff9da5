"""MkDocs hooks: pages that are generated from the code, so that they cannot go out of date."""

from __future__ import annotations

import importlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def on_pre_build(config: Any) -> None:
    """Copy the notebooks into the tutorial, where they are executed."""
    target = Path(config["docs_dir"]) / "tutorial"
    target.mkdir(exist_ok=True)
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        copy = target / notebook.name
        if not copy.exists() or copy.read_bytes() != notebook.read_bytes():
            shutil.copy(notebook, copy)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace each ``<!-- generate: NAME -->`` with what its generator writes."""
    return re.sub(r"<!-- generate: (\w+) -->", lambda found: GENERATORS[found[1]](), markdown)


def _help_of_every_command() -> str:
    from typer.testing import CliRunner

    from bpeinfer.cli import app

    names: list[list[str]] = [[]]
    names += [[command.name] for command in app.registered_commands if command.name]
    for group in app.registered_groups:
        inner = group.typer_instance
        assert inner is not None
        name = str(inner.info.name)
        names += [[name], *([name, str(command.name)] for command in inner.registered_commands)]
    pages = []
    for words in names:
        shown = CliRunner().invoke(app, [*words, "--help"], prog_name="bpeinfer", env={"COLUMNS": "100"})
        title = " ".join(["bpeinfer", *words])
        pages.append(f"## `{title}`\n\n```text\n{shown.output.strip()}\n```\n")
    return "\n".join(pages)


def _errors() -> str:
    errors = importlib.import_module("bpeinfer.errors")
    rows = [f"| `{name}` | {getattr(errors, name).__doc__} |" for name in errors.__all__]
    return "\n".join(["| error | when |", "|---|---|", *rows])


def _pretokenizers() -> str:
    from bpeinfer.loading.known_pretokenizers import KNOWN, PATTERN_NAMES
    from bpeinfer.pretokenize.describe import splitting_in_words

    rows = []
    for name in sorted(KNOWN):
        known = KNOWN[name]
        words = "; ".join(splitting_in_words(known.normalizer, known.pre_tokenizer, PATTERN_NAMES))
        rows.append(f"| `{name}` | {_cell(words)} |")
    return "\n".join(["| name | how it splits |", "|---|---|", *rows])


def _cell(text: str) -> str:
    return re.sub(r"([|*_`<>\\\[\]{}$])", r"\\\1", text.replace("\n", " "))


def _json_fields() -> str:
    import bpeinfer as bi

    sentences = {"en": "The rain in Spain stays mainly in the plain. ", "de": "Der Regen bleibt im Tal. "}
    texts = {
        name: [f"{sentence * 20} {number}" for number in range(30)] for name, sentence in sentences.items()
    }
    tokenizer = bi.load_tokenizer("bundled:gpt2")
    estimate = bi.infer(tokenizer, bi.Corpus.from_texts(texts), merges=2000, resamples=10)
    return f"```json\n{json.dumps(_shortened(estimate.to_dict()), indent=2, ensure_ascii=False)}\n```"


def _schema() -> str:
    import bpeinfer as bi

    schema = bi.result_schema()
    rows = "\n".join(_fields(schema, schema, ""))
    return f"| field | type | what it is |\n|---|---|---|\n{rows}"


def _fields(schema: dict[str, Any], whole: dict[str, Any], path: str) -> list[str]:
    """Return a row of the table for every field of a JSON schema, `[]` for a list's element, `*` for any name."""
    rows = []
    inner = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        inner["*"] = schema["additionalProperties"]
    if "items" in schema:
        return _fields(_resolved(schema["items"], whole), whole, path + "[]")
    for name, field in inner.items():
        found = _resolved(field, whole)
        where = f"{path}.{name}".strip(".")
        kinds = found.get("type", [kind.get("type", "string") for kind in found.get("anyOf", [])])
        kind = " or ".join([kinds] if isinstance(kinds, str) else kinds)
        optional = "" if name == "*" or name in schema.get("required", ()) else " (optional)"
        if "description" in found:
            rows.append(f"| `{where}` | {kind}{optional} | {_cell(found['description'])} |")
        rows += _fields(found, whole, where)
    return rows


def _resolved(field: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    field = field | {key: value for part in field.get("allOf", ()) for key, value in part.items()}
    if "$ref" in field:
        field = dict(whole["definitions"][field["$ref"].rpartition("/")[2]]) | field
    return field


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(inner) for key, inner in list(value.items())[:40]}
    if isinstance(value, list):
        return [_shortened(inner) for inner in value[: 2 if value and isinstance(value[0], float) else 1]]
    return value


GENERATORS: dict[str, Callable[[], str]] = {
    "cli": _help_of_every_command,
    "errors": _errors,
    "pretokenizers": _pretokenizers,
    "json": _json_fields,
    "schema": _schema,
}
