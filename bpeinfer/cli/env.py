"""``bpeinfer env``."""

from __future__ import annotations

from bpeinfer.cli.options import AsJson
from bpeinfer.cli.output import print_json, print_page
from bpeinfer.counting.cache_folder import cache_folder
from bpeinfer.files import shown
from bpeinfer.provenance import environment

__all__ = ["env_command"]


def env_command(as_json: AsJson = False) -> None:
    """Print versions and paths to paste into a bug report."""
    found = environment() | {"cache": shown(cache_folder())}
    if as_json:
        print_json(found)
        return
    libraries = found.pop("libraries")
    wide = max(map(len, (*found, *libraries)))
    print_page("\n".join(f"{name:<{wide}}  {value}" for name, value in {**found, **libraries}.items()))
