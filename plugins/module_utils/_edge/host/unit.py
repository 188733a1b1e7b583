# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask systemd about units, and make a daemon take its new settings.

The exit code of a reload is no proof: Apache's is 0 over a dead daemon, Postfix's
processes die later one by one.  So after every verb the unit is looked at again once
it had time to die, and the wire has the last word (``confirm.py``).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ActivationError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command

LIVE = "live"
"""The daemon takes a change as it is made; there is nothing to do to a unit that is up."""
VERBS = ("reload", "restart", LIVE)
TIMEOUT = 120.0
"""Seconds for one systemctl call; Debian's own stop time-out is 90."""


@dataclass(frozen=True)
class UnitState:
    """What systemd says of a unit."""

    name: str
    load: str
    active: str
    sub: str
    main_pid: int
    unit_file: str

    @property
    def up(self) -> bool:
        """True where the unit is active; a wrapper that is ``active (exited)`` counts as it is."""
        return self.active in ("active", "reloading")

    @property
    def installed(self) -> bool:
        """True where systemd knows the unit."""
        return self.load == "loaded"

    @property
    def masked(self) -> bool:
        """True where somebody saw to it that nobody starts the unit."""
        return self.load == "masked"

    @property
    def enabled(self) -> bool:
        """True where it starts at boot."""
        return self.unit_file == "enabled"


def read_state(name: str) -> UnitState:
    """Return a unit's present state.

    Raises:
        ActivationError: systemd cannot be asked on this host.
    """
    result = command.ask(
        ["systemctl", "show", "-p", "LoadState,ActiveState,SubState,MainPID,UnitFileState", "--", name], timeout=20
    )
    if not result.ok:
        raise ActivationError(f"systemd cannot be asked about {name}: {result.words or result.describe()}")
    facts: dict[str, str] = {}
    for line in result.stdout.split("\n"):
        key, _sign, value = line.partition("=")
        facts[key] = value
    return UnitState(
        name=name,
        load=facts.get("LoadState", ""),
        active=facts.get("ActiveState", ""),
        sub=facts.get("SubState", ""),
        main_pid=int(facts.get("MainPID") or 0),
        unit_file=facts.get("UnitFileState", ""),
    )


def read_states(names: Sequence[str]) -> dict[str, bool]:
    """Return for every unit whether it is up; what a restore has to bring back."""
    return {name: read_state(name).up for name in names}


def activate(names: Sequence[str], verb: str, settle: float) -> list[str]:
    """Make every unit take its new settings and see that it is up ``settle`` seconds later.

    A unit that is down is started, whatever the verb.  Returns what was done, in words.

    Raises:
        ActivationError: a unit refused, or is down afterwards; with its own last words.
    """
    done: list[str] = []
    for name in names:
        before = read_state(name)
        if not before.installed:
            raise ActivationError(f"The unit {name} does not exist on this host (systemd says: {before.load}).")
        chosen = verb if before.up else "start"
        if chosen != LIVE:
            _systemctl(chosen, name)
            done.append(f"{chosen} {name}")
    time.sleep(settle)
    for name in names:
        after = read_state(name)
        if not after.up:
            raise ActivationError(
                f"{name} is {after.active} ({after.sub}) {_after(verb)}. Its last words:\n{read_last_words(name)}",
                {"unit": name, "active": after.active, "log": read_last_words(name)},
            )
    return done


def arrange(name: str, up: bool, enabled: bool) -> None:
    """Make a unit run or not, now (``up``) and at boot (``enabled``); does only what is not so already.

    Raises:
        ActivationError: systemd refused, or the unit is not as it was told.
    """
    before = read_state(name)
    if before.enabled != enabled:
        _systemctl("enable" if enabled else "disable", name)
    if before.up != up:
        if up:
            # A few failed starts in ten seconds and systemd refuses the good one too.
            command.run(["systemctl", "reset-failed", "--", name], timeout=20)
        _systemctl("start" if up else "stop", name)
    after = read_state(name)
    if (after.up, after.enabled) != (up, enabled):
        raise ActivationError(
            f"{name} is {after.active} and {after.unit_file}, although systemctl reported success. Its last words:\n"
            f"{read_last_words(name)}",
            {"unit": name, "active": after.active, "enabled": after.unit_file},
        )


def stop(name: str) -> None:
    """Stop a unit.

    Raises:
        ActivationError: systemd refused.
    """
    _systemctl("stop", name)


def start(name: str, settle: float = 0.2) -> None:
    """Start a unit, also after a few failed starts, and see that it stays up for ``settle`` seconds.

    Raises:
        ActivationError: it does not come up; with its own last words.
    """
    command.run(["systemctl", "reset-failed", "--", name], timeout=20)
    _systemctl("start", name)
    time.sleep(settle)
    after = read_state(name)
    if not after.up:
        raise ActivationError(
            f"{name} is {after.active} ({after.sub}) after a start. Its last words:\n{read_last_words(name)}",
            {"unit": name, "active": after.active},
        )


def _after(verb: str) -> str:
    if verb == LIVE:
        return "after it was told the new settings, although it took them"
    return f"after `systemctl {verb}`, although that reported success"


def reload_clients(names: Sequence[str]) -> list[str]:
    """Make clients that run read their settings again, by a restart if they know no reload; return what was done.

    Raises:
        ActivationError: systemd refused.
    """
    done: list[str] = []
    for name in names:
        result = command.run(["systemctl", "try-reload-or-restart", "--", name], timeout=120)
        if not result.ok:
            raise ActivationError(
                f"The client {name} does not take its settings: {result.describe()}: {result.words}", {"unit": name})
        done.append(f"try-reload-or-restart {name}")
    return done


def bring_back(
        before: Mapping[str, bool], verb: str, settle: float, clients: Sequence[str] = ()
) -> tuple[list[str], Optional[str]]:
    """After the old settings are back on the disk: make the units as they were, and clients read theirs again.

    Returns what was done and, where a unit that was up cannot be brought up again, why.
    """
    done: list[str] = []
    problem: Optional[str] = None
    for name, was_up in before.items():
        # A few failed starts in ten seconds and systemd refuses the good one too.
        command.run(["systemctl", "reset-failed", "--", name], timeout=20)
        try:
            if was_up:
                done += activate([name], verb, settle)
            elif read_state(name).up:
                _systemctl("stop", name)
                done.append(f"stop {name}")
        except ActivationError as error:
            problem = error.message
    try:
        done += reload_clients(clients)
    except ActivationError as error:
        problem = problem or error.message
    return done, problem


def read_last_words(name: str, lines: int = 12) -> str:
    """Return the end of the unit's log of the last minutes, empty where there is none."""
    result = command.run(
        ["journalctl", "--no-pager", "-o", "cat", "-n", str(lines), "--since", "-3min", "-u", name], timeout=20
    )
    return result.stdout.strip() if result.ok else ""


def _systemctl(verb: str, name: str) -> None:
    result = command.run(["systemctl", verb, "--", name], timeout=TIMEOUT)
    if not result.ok:
        raise ActivationError(
            f"{result.describe()}: {result.words}\n{read_last_words(name)}",
            {"unit": name, "verb": verb, "log": read_last_words(name)},
        )
