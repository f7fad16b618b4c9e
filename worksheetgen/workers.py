"""Work side by side: on this machine's processes, or on any executor."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")

AHEAD = 2
"""Jobs per process that are handed out before the first is taken back."""


def cores() -> int:
    """How many processes run at the same time here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Inline(Executor):
    """Does each job in this process, when it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do the job; its exception is kept for whoever asks for the result."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - handed on, as every executor does
            future.set_exception(error)
        return future


@contextmanager
def workers(jobs: int) -> Iterator[Executor]:
    """So many processes; this one alone if one is enough. Left early, they end their group.

    Stopping them halfway could leave one of them with a lock that the others wait for. Whoever
    interrupts a second time gives their groups up.
    """
    if jobs == 1:
        yield Inline()
        return
    pool = ProcessPoolExecutor(jobs, initializer=_start)
    try:
        yield pool
    except BaseException:
        try:
            pool.shutdown(cancel_futures=True)
        except KeyboardInterrupt:
            for process in multiprocessing.active_children():
                process.kill()
        raise
    pool.shutdown()


def in_order(
    executor: Executor, jobs: int, function: Callable[..., Result], work: Iterable[tuple[Any, ...]]
) -> Iterator[Result]:
    """The results of a function, in the order of its arguments, with bounded work ahead."""
    waiting: deque[Future[Result]] = deque()
    for arguments in work:
        waiting.append(executor.submit(function, *arguments))
        if len(waiting) >= AHEAD * jobs:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _start() -> None:
    """Leave Ctrl-C to the process that waits for this one, and end when that one does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
