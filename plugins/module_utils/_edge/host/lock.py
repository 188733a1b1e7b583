# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One run at a time: a lock that the kernel drops when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_PAUSE = 0.1


@contextmanager
def hold_lock(path: str, timeout: float) -> Iterator[None]:
    """Hold the lock file ``path``, which stays; its folder has to exist.

    Raises:
        TransactionError: another run holds it for longer than ``timeout`` seconds, or it cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise TransactionError(f"The lock {path} cannot be opened: {error.strerror}.", {"path": path}) from error
    try:
        _wait(descriptor, path, timeout)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, path: str, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise TransactionError(
                    f"Another run has held {path} for {timeout:.0f} s; wait for it to end, then run again."
                ) from error
            time.sleep(_PAUSE)
