# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients of a service on the same host whose settings change in its transaction: reloaded with it, and tried.

A client is tried by a command that has to answer after the change what it answered before, such as a lookup in a table.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ActivationError, ConfirmationError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.command import CommandResult

PATIENCE = 15.0
"""Seconds within which a client has to answer as before."""
_PAUSE = 0.5
_TIMEOUT = 20.0


def ask(tries: Sequence[Sequence[str]]) -> list[CommandResult]:
    """Return what every command answers.

    Raises:
        TransactionError: a program is not there.
    """
    return [command.ask(argv, timeout=_TIMEOUT) for argv in tries]


def reload(units: Sequence[str]) -> list[str]:
    """Make clients that run read their settings again, by a restart if they know no reload; return what was done.

    Raises:
        ActivationError: systemd refused.
    """
    done = []
    for name in units:
        result = command.run(["systemctl", "try-reload-or-restart", "--", name], timeout=120)
        if not result.ok:
            raise ActivationError(
                f"The client {name} does not take its new settings: {result.describe()}: {result.words}",
                {"unit": name})
        done.append(f"try-reload-or-restart {name}")
    return done


def compare(before: Sequence[CommandResult], patience: float = PATIENCE) -> None:
    """See that every command answers as before; one that complained before is not compared.

    Raises:
        ConfirmationError: a client does not get its answers any more.
    """
    deadline = time.monotonic() + patience
    for old in before:
        if old.stderr.strip() or old.timed_out:
            continue
        new = command.ask(old.argv, timeout=_TIMEOUT)
        while not _alike(old, new) and time.monotonic() < deadline:
            time.sleep(_PAUSE)
            new = command.ask(old.argv, timeout=_TIMEOUT)
        if not _alike(old, new):
            reason = new.stderr.strip() or "The answer is another one than before the change."
            raise ConfirmationError(
                f"A client on this host does not work with TLS: {new.describe()}. {reason}",
                {"command": list(old.argv)})


def _alike(old: CommandResult, new: CommandResult) -> bool:
    return (old.returncode, old.stdout, "") == (new.returncode, new.stdout, new.stderr.strip())
