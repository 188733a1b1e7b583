# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do something in a process of its own that is first put in another place: another network, another account.

The child ends with its parent, whatever ends that, and gives back plain data through a
pipe.  Nothing of it reaches the parent's own state.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import time
from typing import Any, Callable, NoReturn, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core import errors

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_WATCH_EVERY = 0.1
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def run(call: Callable[[], Any], enter: Callable[[], None], seconds: float,
        watch: Optional[Callable[[], str]] = None) -> Any:
    """Return what ``call`` returns, as JSON keeps it; it is called in a child behind ``enter``.

    Args:
        call: the work.
        enter: puts the child in its place.
        seconds: after which the child is killed.
        watch: asked now and then; a sentence ends the child.

    Raises:
        IntransitError: what ``call`` raised; TransactionError: it died, took too long, or ``watch`` said why it ends.
    """
    parent = os.getpid()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _work(call, enter, parent, writing)
    os.close(writing)
    try:
        return _answer(_received(reading, time.monotonic() + seconds, watch))
    finally:
        os.close(reading)
        _end(pid)


def network_of(pid: int) -> Callable[[], None]:
    """Return what puts a child into the network of a process."""

    def enter() -> None:
        descriptor = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            library = ctypes.CDLL(None, use_errno=True)
            if library.setns(descriptor, _NEW_NETWORK):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        finally:
            os.close(descriptor)

    return enter


def enter_account(uid: int, gid: int) -> Callable[[], None]:
    """Return what turns a child into another account, without any further group."""

    def enter() -> None:
        if (uid, gid) != (os.geteuid(), os.getegid()):
            os.setgroups([])
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)

    return enter


def _work(call: Callable[[], Any], enter: Callable[[], None], parent: int, writing: int) -> NoReturn:
    """The child's whole life; it never returns to the caller's code."""
    try:
        for number in _ENDING:
            signal.signal(number, signal.SIG_DFL)
        enter()
        # Behind enter: a change of account takes it away.
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        body: dict[str, Any] = {"result": call()}
    except errors.IntransitError as error:
        body = {"error": type(error).__name__, "message": error.message, "details": dict(error.details)}
    except BaseException as error:
        body = {"error": "TransactionError", "message": f"{type(error).__name__}: {error}", "details": {}}
    try:
        with os.fdopen(writing, "wb") as stream:
            stream.write(json.dumps(body, default=str).encode("utf-8", "surrogatepass"))
    finally:
        os._exit(0)


def _received(reading: int, deadline: float, watch: Optional[Callable[[], str]]) -> bytes:
    parts: list[bytes] = []
    while True:
        ready, _out, _err = select.select([reading], [], [], _WATCH_EVERY)
        if ready:
            part = os.read(reading, 65536)
            if not part:
                return b"".join(parts)
            parts.append(part)
            continue
        reason = watch() if watch else ""
        if reason:
            raise errors.TransactionError(reason)
        if time.monotonic() > deadline:
            raise errors.TransactionError("no answer in time")


def _answer(text: bytes) -> Any:
    if not text:
        raise errors.TransactionError("the process ended without an answer")
    body = json.loads(text.decode("utf-8", "surrogatepass"))
    if "error" in body:
        kind = getattr(errors, body["error"], errors.TransactionError)
        raise kind(body["message"], body["details"])
    return body["result"]


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(pid, 0)
