"""Writing: all or nothing, with the umask, through links, and never replacing anything but a regular file."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bpeinfer.errors import OutputError
from bpeinfer.files.reading import shown

try:
    import fcntl
except ImportError:  # Windows has no locks of this kind
    fcntl = None  # type: ignore[assignment]

__all__ = ["append_file", "check_output", "locked", "make_folder", "write_file", "writing_file"]


def write_file(path: Path, data: bytes) -> None:
    """Write a file so that it appears whole or not at all, see `writing_file`.

    Raises:
        OutputError: the file cannot be written.
    """
    with writing_file(path) as stream:
        stream.write(data)


@contextmanager
def writing_file(path: Path) -> Iterator[IO[bytes]]:
    """Provide a stream whose contents become a file when the block ends, whole or not at all.

    A link is followed, a device or pipe is written to, and an existing file keeps its mode; a new one gets
    rw-rw-rw- less the umask.

    Raises:
        OutputError: the file cannot be written.
    """
    with _writing(path):
        mode = _mode(path)
        if mode is not None and (not stat.S_ISREG(mode) or _is_handle(path)):
            with path.open("ab" if stat.S_ISREG(mode) else "wb") as stream:
                yield stream
            return
        target = Path(os.path.realpath(path))
        if mode is not None and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "it is read-only")
        temporary = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            # Not tempfile, whose files only their owner can read, whatever the umask.
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            with os.fdopen(handle, "wb") as stream:
                yield stream
            if mode is not None:
                temporary.chmod(stat.S_IMODE(mode))
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def append_file(path: Path, choose: Callable[[bytes], bytes]) -> None:
    """Append lines to a file that other processes may append to; a last line that was cut short is removed.

    Args:
        path: the file, created if necessary.
        choose: gets the file's complete lines and returns what to append; no other process writes meanwhile.

    Raises:
        OutputError: the file cannot be written.
    """
    with _writing(path), path.open("ab+" if _appendable(path) else "wb") as file, _locked(file):
        there = b""
        if file.seekable() and file.readable():
            file.seek(0)
            there = file.read()
            whole = there.rfind(b"\n") + 1
            if whole < len(there):
                file.truncate(whole)
            there = there[:whole]
        file.write(choose(there))
        file.flush()


def check_output(path: Path, option: str = "--output") -> None:
    """Refuse, before the work is done, an output that could not be written after it.

    Raises:
        OutputError: the output is a folder, its folder is missing, or it may not be written.
    """
    name = f"{option} {shown(path)}"
    if os.path.isdir(path):
        raise OutputError(f"{name} is a folder, expected a file; name one in it")
    target = path if os.path.exists(path) else Path(os.path.realpath(path))
    if not os.path.isdir(target.parent):
        raise OutputError(
            f"{name} cannot be written: there is no folder {shown(target.parent)}; make it or check the path"
        )
    if not os.access(target if os.path.exists(target) else target.parent, os.W_OK):
        raise OutputError(f"{name} cannot be written: permission denied; choose another place")


def make_folder(path: Path, option: str = "--output") -> None:
    """Create a folder if necessary, but not its parents: a misspelt path must not create a tree.

    Raises:
        OutputError: the path is a file, its parent is missing, or the folder cannot be created.
    """
    name = f"{option} {shown(path)}"
    try:
        path.mkdir()
    except FileNotFoundError:
        raise OutputError(
            f"{name} cannot be made: there is no folder {shown(path.parent)}; make it or check the path"
        ) from None
    except OSError as error:
        if os.path.isdir(path):  # checked afterwards, since another run may have created it meanwhile
            return
        if os.path.lexists(path):
            raise OutputError(f"{name} is a file, expected a folder; name another") from None
        raise OutputError(
            f"{name} cannot be made: {error.strerror or error}; choose another place"
        ) from error


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise OutputError(
            f"{shown(path)}: cannot be written (there is no folder {shown(path.parent)}); make it or check the path"
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise OutputError(
            f"{shown(path)}: cannot be written ({reason or error}); choose another place"
        ) from error


def _is_handle(path: Path) -> bool:
    """Return whether a path names an already open file, like /dev/stdout: others write to it, too."""
    return os.path.realpath(path.parent).startswith(("/dev/", "/proc/")) or path.parent == Path("/dev")


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _appendable(path: Path) -> bool:
    """Return whether a path can be read and appended to: a regular file, or one that does not exist yet."""
    mode = _mode(path)
    return mode is None or stat.S_ISREG(mode)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file, so that another process with the same one waits; the empty file remains.

    Raises:
        OutputError: the file cannot be written.
    """
    with _writing(path):
        file = path.open("ab")
    with file, _locked(file):
        yield


@contextmanager
def _locked(file: IO[bytes]) -> Iterator[None]:
    """Hold the file's lock, if the file system has locks."""
    if fcntl is None:
        yield
        return
    with contextlib.suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)
