"""``bpeinfer env``."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from bpeinfer.cli.options import AsJson
from bpeinfer.cli.output import print_json, print_page
from bpeinfer.counting.cache_folder import cache_folder
from bpeinfer.files import shown
from bpeinfer.provenance import environment

__all__ = ["env_command"]

OPTIONAL = (
    "matplotlib",
    "pandas",
    "polars",
    "pyarrow",
    "sentencepiece",
)  # what plots, frames and trainers need


def env_command(as_json: AsJson = False) -> None:
    """Print versions and paths to paste into a bug report."""
    found = environment() | {"cache": shown(cache_folder()), "optional": _optional()}
    if as_json:
        print_json(found)
        return
    libraries = found.pop("libraries")
    libraries |= {name: number or "not installed" for name, number in found.pop("optional").items()}
    wide = max(map(len, (*found, *libraries)))
    print_page("\n".join(f"{name:<{wide}}  {value}" for name, value in {**found, **libraries}.items()))


def _optional() -> dict[str, str | None]:
    """Return the version of each optional library, None for one that is not installed."""
    versions: dict[str, str | None] = dict.fromkeys(OPTIONAL)
    for name in OPTIONAL:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions
