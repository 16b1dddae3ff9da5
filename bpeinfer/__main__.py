"""The program's entry, also ``python -m bpeinfer``: nothing but the standard library until Ctrl-C is provided for."""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; Ctrl-C ends it with exit code 130 and without a word, also while it still imports."""
    try:
        try:
            # Some imports swallow whatever is raised in them, so that an interrupt may not be an exception yet.
            usual = signal.getsignal(signal.SIGINT)
            if usual is signal.default_int_handler:
                signal.signal(signal.SIGINT, lambda *_: os._exit(130))
            from bpeinfer.cli import main as run

            signal.signal(signal.SIGINT, usual)
            run()
        except SystemExit:
            _wait_for_threads()
            raise
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (AttributeError, OSError, ValueError):
                continue
        os._exit(130)  # threads of a solver may run on for minutes; nobody waits for their answer


def _wait_for_threads() -> None:
    """Join what is still running here, where Ctrl-C is provided for, not in the interpreter's last steps."""
    import threading

    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()


if __name__ == "__main__":
    main()
