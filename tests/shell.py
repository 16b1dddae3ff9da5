"""The program as a shell sees it: in a process of its own, or in this one for what does not depend on its start."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from unittest import mock

from bpeinfer.__main__ import main


def run(*arguments: str | Path, code: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a shell would; `code` is run before it in the same process."""
    program = textwrap.dedent(code) + "\nfrom bpeinfer.__main__ import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *map(os.fspath, arguments)],
        capture_output=True,
        timeout=600,
        env={**os.environ, "COLUMNS": "100", **environment},
    )


def run_here(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run the program in this process, which saves the start of one."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    code: object = None
    with (
        mock.patch.object(sys, "argv", ["bpeinfer", *map(os.fspath, arguments)]),
        mock.patch.dict(os.environ, COLUMNS="100"),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as stop:
            code = stop.code
    for stream in (out, err):
        stream.flush()
    return subprocess.CompletedProcess(arguments, code or 0, out.buffer.getvalue(), err.buffer.getvalue())
