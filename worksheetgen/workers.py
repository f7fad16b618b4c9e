"""Processes for work side by side."""

import signal
from concurrent.futures import ProcessPoolExecutor


def workers() -> ProcessPoolExecutor:
    """A process per core; Ctrl-C is for the process that waits for them."""
    return ProcessPoolExecutor(initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
