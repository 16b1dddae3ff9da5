"""Worker processes that end with their parent, whatever ends it; one thread where more would only wait."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import wraps
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

from bpeinfer.errors import WorkerError

__all__ = ["one_blas_thread", "results_in_order", "worker_pool"]

Item = TypeVar("Item")
Result = TypeVar("Result")
Given = ParamSpec("Given")


def one_blas_thread(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Run a function with one thread for products of matrices: on a busy machine, OpenBLAS's wait for each other.

    That takes ten times as long.
    """

    @wraps(function)
    def limited(*given: Given.args, **options: Given.kwargs) -> Result:
        with threadpool_limits(1, user_api="blas"):
            return function(*given, **options)

    return limited


@contextmanager
def worker_pool(
    workers: int, initializer: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()
) -> Iterator[ProcessPoolExecutor]:
    """Run a pool of processes that start anew (nothing of this one's threads and locks is copied).

    Each holds one end of a pipe whose other end only this process has: when that closes, by whatever death, they
    end, too. Ctrl-C, or the end of whoever reads the results, ends them at once instead of after their task.

    Args:
        workers: how many.
        initializer: called in each with `arguments` before its first task.

    Raises:
        WorkerError: a worker was ended from outside, as the kernel does when memory runs out.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(
        workers, mp_context=context, initializer=_watch_parent, initargs=(ours, initializer, arguments)
    )
    try:
        yield pool
    except BrokenProcessPool as error:
        raise WorkerError(
            "a worker process was ended from outside, perhaps for lack of memory; use fewer workers or less "
            "text (--limit)"
        ) from error
    except Exception:
        raise
    except BaseException:
        processes = list((getattr(pool, "_processes", None) or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        theirs.close()
        ours.close()


def results_in_order(
    pool: Executor, function: Callable[[Item], Result], items: Iterable[Item], ahead: int
) -> Iterator[Result]:
    """Yield the function's results in the items' order; while one is taken, at most `ahead` more are under way or wait.

    `Executor.map` hands over all items at once (before Python 3.14): the results of a slow taker pile up in memory.
    """
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(pool.submit(function, item))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _watch_parent(
    pipe: Connection, initializer: Callable[..., None] | None, arguments: tuple[Any, ...]
) -> None:
    """Leave Ctrl-C to the parent, and end when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait_for_the_end() -> None:
        try:
            pipe.recv_bytes()
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    if initializer is not None:
        initializer(*arguments)
