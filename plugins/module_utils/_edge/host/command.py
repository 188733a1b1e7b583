# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run one program to its end, or to the end of its time: validators, reloads, queries.

No shell, no inherited input, its own process group, a deadline, and a bound on what
is kept of its output.  A program that outlives its deadline is killed with everything
it started, and that is a fact of the result, never a success.

Two ways to use it: ``run`` for programs whose words are quoted, of which the end is kept,
and ``ask`` for programs whose output is parsed, which is whole or an error.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import proc
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.account import Account, refuse_other

OUTPUT_LIMIT = 64 * 1024
"""Bytes kept of each output stream; what a validator says last matters most."""
ANSWER_LIMIT = 64 * 1024 * 1024
"""Bytes of an output that is parsed; a whole cn=config with its schemas is below 1 MiB."""

# Daemons print their reasons in the caller's language, and we quote them.
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
}


@dataclass(frozen=True)
class CommandResult:
    """What a program did: ``returncode`` is None if its time ran out."""

    argv: tuple[str, ...]
    returncode: Optional[int]
    stdout: str
    stderr: str
    seconds: float
    truncated: bool = False
    """True if an output stream was longer than what is kept: its beginning is missing."""

    @property
    def timed_out(self) -> bool:
        """True if the program was killed at its deadline."""
        return self.returncode is None

    @property
    def ok(self) -> bool:
        """True if the program ended by itself with 0."""
        return self.returncode == 0

    @property
    def words(self) -> str:
        """The program's own words, errors first, for quoting in a sentence."""
        return "\n".join(part for part in (self.stderr.strip(), self.stdout.strip()) if part)

    def describe(self) -> str:
        """One line: the command and how it ended."""
        end = f"did not end within {self.seconds:.0f} s" if self.timed_out else f"ended with {self.returncode}"
        return f"`{' '.join(self.argv)}` {end}"


def find(program: str) -> Optional[str]:
    """Return the program's absolute path, or None; sbin folders are searched too."""
    return shutil.which(program, path=_ENVIRONMENT["PATH"])


def make_environment(extra: Optional[Mapping[str, str]] = None) -> Mapping[str, str]:
    """Return the small, fixed environment that programs run in, plus ``extra``."""
    return dict(_ENVIRONMENT, **dict(extra or {}))


def run(
    argv: Sequence[str],
    timeout: float = 30.0,
    extra_environment: Optional[Mapping[str, str]] = None,
    cwd: Optional[str] = None,
    keep: int = OUTPUT_LIMIT,
    errors: str = "replace",
    user: Optional[Account] = None,
) -> CommandResult:
    """Run ``argv`` and wait at most ``timeout`` seconds for it.

    Args:
        argv: the program and its arguments; no shell reads them.
        timeout: in seconds.
        extra_environment: variables beside the fixed ones.
        cwd: the folder that the program starts in.
        user: the account that the program runs as, for programs that read what this account may write: its uid,
            its group and no other group. Nothing changes if it is the account of this process.
        keep: bytes that are kept of each output stream; the last ones if there are more.
        errors: how bytes that are no UTF-8 are decoded; "surrogateescape" if they are to be written again.

    Raises:
        TransactionError: the program cannot be started at all, or not as this account.
    """
    as_user = _as_user(user)
    started = time.monotonic()
    # Files instead of pipes: a daemon that the program leaves behind may keep a pipe
    # open for ever, and reading to its end would then never return.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = _Session(
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env={**make_environment(extra_environment), **({"HOME": "/"} if as_user else {})},
                # A program of another account must not find files that only root may read, nor settings of root's.
                cwd=cwd or ("/" if as_user else None),
                start_new_session=True,
                **as_user,
            )
        except (OSError, subprocess.SubprocessError) as error:
            reason = getattr(error, "strerror", None) or error
            raise TransactionError(
                f"Cannot run `{' '.join(argv)}`: {reason}.", {"command": list(argv)}
            ) from error
        returncode = process.end_within(timeout)
        return CommandResult(
            argv=tuple(argv),
            returncode=returncode,
            stdout=_tail(out, keep, errors),
            stderr=_tail(err, keep, errors),
            seconds=time.monotonic() - started,
            truncated=max(os.fstat(stream.fileno()).st_size for stream in (out, err)) > keep,
        )


def _as_user(user: Optional[Account]) -> dict[str, Any]:
    if user is None or user.is_us:
        return {}
    refuse_other(user)
    return {"user": user.uid, "group": user.gid, "extra_groups": [], "umask": 0o077}


def ask(argv: Sequence[str], timeout: float = 30.0, **how: Any) -> CommandResult:
    """Run a program whose output is parsed: the result has all of it.

    Args:
        argv: the program and its arguments.
        timeout: seconds.
        how: further arguments of ``run``.

    Raises:
        TransactionError: it cannot be started, or its output is longer than ``ANSWER_LIMIT``.
    """
    result = run(argv, timeout, **{"keep": ANSWER_LIMIT, **how})
    if result.truncated:
        raise TransactionError(
            f"`{' '.join(argv)}` printed more than {how.get('keep', ANSWER_LIMIT)} bytes, which is too much to be "
            "read here. Nothing was decided on a part of it.",
            {"command": list(argv)},
        )
    return result


class _Session(subprocess.Popen[bytes]):
    """A program in a session of its own, which ends with all that it started there.

    ``AnsibleModule.run_command`` is no way to run it: it has no deadline, and it reads pipes to their end.
    """

    def end_within(self, timeout: float) -> Optional[int]:
        """Return how it ended; None if it had to be killed."""
        try:
            return self.wait(timeout)
        except subprocess.TimeoutExpired:
            self._kill()
            return None

    def _kill(self, grace: float = 2.0) -> None:
        """By session, not by process group: some daemons make a group of their own."""
        for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
            told: "set[int]" = set()
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline:
                self.poll()
                members = _session(self.pid)
                if not members:
                    return
                for pid in members - told:
                    _tell(pid, number)
                told |= members
                time.sleep(0.02)


def _tell(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _session(leader: int) -> "set[int]":
    """Return who runs in a session (proc(5), field 6 of stat); the dead that nobody fetched do not count."""
    found = set()
    for pid in proc.list_pids():
        fields = proc.read_stat(pid)
        if fields and int(fields[3]) == leader and fields[0] not in "ZX":
            found.add(pid)
    return found


def _tail(stream: IO[bytes], keep: int, errors: str) -> str:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - keep))
    return stream.read(keep).decode("utf-8", errors)
