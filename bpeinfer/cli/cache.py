"""``bpeinfer cache``: list, check or remove the counts that are kept between runs."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from bpeinfer.cli.options import AsJson, number_for
from bpeinfer.cli.output import FAILED, print_json, print_page
from bpeinfer.corpora.hub.fetch import samples_cache
from bpeinfer.counting.cache_folder import DAY, cache_folder, damaged, list_cache, prune
from bpeinfer.errors import InferenceError
from bpeinfer.files import shown

__all__ = ["cache_app"]

cache_app = typer.Typer(
    name="cache",
    help="List, check or remove the counts that are kept between runs.",
    no_args_is_help=True,
)


@cache_app.command("ls")
def ls_command(as_json: AsJson = False) -> None:
    """Show what is kept, where, and when it was last used.

    Counts, and samples that were fetched from the hub.
    """
    folder, files, now = cache_folder(), list_cache(cache_folder()), time.time()
    sizes = [path.stat().st_size for path in samples_cache().rglob("*") if path.is_file()]
    if as_json:
        samples = {"folder": shown(samples_cache()), "files": len(sizes), "bytes": sum(sizes)}
        listed = [cached.to_dict() for cached in files]
        print_json({"folder": shown(folder), "files": listed, "samples": samples})
        return
    lines = [shown(folder), _summed(len(files), sum(cached.bytes for cached in files))]
    for title, since in (("today", 1.0), ("in the last 30 days", 30.0), ("longer ago", float("inf"))):
        chosen = [cached for cached in files if now - cached.used <= since * DAY]
        files = files[len(chosen) :]  # the most recently used come first
        if chosen:
            lines.append(f"used {title}: {_summed(len(chosen), sum(cached.bytes for cached in chosen))}")
    if sizes:
        lines += [
            "",
            "samples fetched from the hub (remove the folder to free them; it is fetched again when needed)",
        ]
        lines += [shown(samples_cache()), _summed(len(sizes), sum(sizes))]
    print_page("\n".join(lines))


@cache_app.command("prune")
def prune_command(
    days: Annotated[
        float | None,
        typer.Option(help="Remove what was not used for this many days. Default without --most: 30."),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option(
            parser=number_for("--most", "500M"),
            metavar="BYTES",
            help="Keep at most this much, such as 500M or 0.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Remove nothing; print what would be.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove counts not used for a while, or beyond a size.

    The least recently used go first. They are recounted when needed.
    """
    if days is not None and not days >= 0:
        raise InferenceError(f"--days is {days:g}, expected 0 or more")
    if days is None and most is None:
        days = 30.0
    removed = prune(cache_folder(), days=days, most=most, dry_run=dry_run)
    if as_json:
        key = "would_be_removed" if dry_run else "removed"
        print_json({"folder": shown(cache_folder()), key: [cached.to_dict() for cached in removed]})
        return
    gone = {cached.path for cached in removed}
    left = [cached for cached in list_cache(cache_folder()) if cached.path not in gone]
    print_page(
        f"{'would remove' if dry_run else 'removed'} "
        f"{_summed(len(removed), sum(cached.bytes for cached in removed))}\n"
        f"{'would leave' if dry_run else 'left'} {_summed(len(left), sum(cached.bytes for cached in left))}"
    )


@cache_app.command("verify")
def verify_command(
    remove: Annotated[bool, typer.Option("--remove", help="Remove what is damaged.")] = False,
    as_json: AsJson = False,
) -> None:
    """Verify the checksums of all counts.

    Exit code 2 if some are damaged and not removed.
    """
    folder = cache_folder()
    total, found = len(list_cache(folder)), damaged(folder)
    if remove:
        for cached, _ in found:
            cached.path.unlink(missing_ok=True)
    said: dict[str, Any] = {
        "folder": shown(folder),
        "files": total,
        "damaged": [{"file": shown(cached.path.name), "error": error} for cached, error in found],
        "removed": len(found) if remove else 0,
    }
    if as_json:
        print_json(said)
    else:
        lines = [error for _, error in found]
        print_page("\n".join([*lines, f"{total - len(found):,} of {total:,} files are intact"]))
    if found and not remove:
        raise typer.Exit(FAILED)


def _summed(files: int, size: int) -> str:
    return f"{files:,} {'file' if files == 1 else 'files'}, {size / 1e6:,.1f} MB"
