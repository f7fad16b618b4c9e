"""Work side by side: on this machine's processes, or on any executor; and folders to work in."""

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from worksheetgen.errors import OutputError

Result = TypeVar("Result")

GRACE = 2
"""Seconds in which a process clears away its job before it ends."""
WORK = "worksheetgen-"
"""What the name of every folder begins with that work is done in."""
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
    """So many processes; this one alone if one is enough. Left early, they give up their jobs."""
    if jobs == 1:
        yield Inline()
        return
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, initializer=_start)
    try:
        yield pool
    except BaseException:
        _stop(pool, set(multiprocessing.active_children()) - others)
        raise
    pool.shutdown()


def in_order(
    executor: Executor, jobs: int, function: Callable[..., Result], work: Iterable[tuple[Any, ...]]
) -> Iterator[Result]:
    """The results of a function, in the order of its arguments, with bounded work ahead."""
    waiting: deque[Future[Result]] = deque()
    try:
        for arguments in work:
            waiting.append(executor.submit(_unless_stopped, function, *arguments))
            if len(waiting) >= AHEAD * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise OutputError(
            "a process of this run was killed, for want of memory perhaps; what was finished "
            "before is there, so run the command again, with --jobs 1 if need be"
        ) from None


@contextmanager
def workspace() -> Iterator[Path]:
    """A folder to work in, whose name says which process it is of."""
    with tempfile.TemporaryDirectory(prefix=f"{WORK}{os.getpid()}-") as folder:
        yield Path(folder)


def forget_killed() -> None:
    """Clear away what processes that were killed have left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{WORK}*-*"):
        owner = folder.name.removeprefix(WORK).partition("-")[0]
        if owner.isdecimal() and not _is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True  # somebody else's
    return True


def _stop(pool: Executor, children: set[BaseProcess]) -> None:
    """End a pool and its processes; only on POSIX do they hear that there is nothing more to do.

    Ending them by force could leave one of them with a lock that the others wait for; whoever
    interrupts once more has it so.
    """
    for process in children if os.name == "posix" else ():
        process.terminate()
    try:
        pool.shutdown(cancel_futures=True)
    except KeyboardInterrupt:
        for process in children:
            process.kill()


class _Work:
    """What a process that works for another one is about."""

    going_on = False
    stopped = False


def _unless_stopped(function: Callable[..., Result], *arguments: Any) -> Result:
    if _Work.stopped:
        raise KeyboardInterrupt
    _Work.going_on = True
    try:
        return function(*arguments)
    finally:
        _Work.going_on = False


def _give_up(*_: object) -> None:
    """Leave the job in hand, what it began cleared away, and begin no other."""
    _Work.stopped = True
    if _Work.going_on:
        raise KeyboardInterrupt


def _start() -> None:
    """Leave Ctrl-C to the process that waits for this one, and end when that one does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _give_up)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        _forget_own()
        os._exit(1)


def _forget_own() -> None:
    """Clear away what a job left that did not hear, or that its own programs still write to."""
    until = time.monotonic() + GRACE
    while time.monotonic() < until:
        own = list(Path(tempfile.gettempdir()).glob(f"{WORK}{os.getpid()}-*"))
        if not own:
            return
        for folder in own:
            shutil.rmtree(folder, ignore_errors=True)
