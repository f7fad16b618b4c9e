"""A Dask cluster that already exists, as an executor."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from worksheetgen.errors import InputError

SECONDS = 10
"""How long to wait for an answer."""


@contextmanager
def dask(address: str) -> Iterator[tuple[Executor, int]]:
    """The executor of a Dask scheduler's cluster, and how many jobs it does at the same time.

    Raises:
        InputError: Dask is not installed, nobody answers, or there is no worker.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - optional, and slow to load
    except ImportError:
        raise InputError(
            "--cluster needs Dask, which is not installed; 'pip install distributed' brings it"
        ) from None
    try:
        client: Any = Client(address, timeout=SECONDS)
    except (OSError, ValueError) as error:
        raise InputError(
            f"--cluster {address}: no Dask scheduler answers ({error}); give the address that "
            "'dask scheduler' prints, such as tcp://127.0.0.1:8786"
        ) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise InputError(f"--cluster {address}: it has no worker; start 'dask worker'")
        yield client.get_executor(pure=False), threads
