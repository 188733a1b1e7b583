# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The transient unit of a test instance, and what it takes over from the unit of the running daemon.

systemd gives it the two namespaces and makes the file system unwritable; account and
capabilities are the start script's work, because only root can make the mounts.
"""

from __future__ import annotations

import grp
import os
import pwd
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance import Folder, TestInstance
from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance_script import Account, Memory
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.instance_folder import Scratch
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command

NAME = "intransit-test-%s.service"
_GRACE = 90
"""Seconds that it may live longer than its patience: the probes, and a slow machine."""
_ALWAYS = (
    "Type=exec", "PrivateNetwork=yes", "PrivateMounts=yes", "PrivateDevices=yes", "PrivateIPC=yes",
    "ProtectSystem=strict", "TemporaryFileSystem=/dev/shm:mode=1777", "KillMode=control-group",
    "KillSignal=SIGKILL", "SendSIGKILL=yes", "TimeoutStopSec=5", "CollectMode=inactive-or-failed", "Restart=no",
)
_LIMITS = ("LimitNOFILE", "LimitNPROC", "LimitMEMLOCK", "LimitAS", "LimitSTACK", "LimitCORE")
_TAKEN = ("User", "Group", "SupplementaryGroups", "CapabilityBoundingSet", "AmbientCapabilities", "NoNewPrivileges",
          "UMask", "Environment", "EnvironmentFiles", *_LIMITS, *(name + "Soft" for name in _LIMITS))
_ENDED = """if readlink /proc/%(pid)d/exe >/dev/null
then echo "$SERVICE_RESULT" "${EXIT_STATUS:-}" >%(folder)s/ended.new && mv %(folder)s/ended.new %(folder)s/ended
else rm -rf %(folder)s
fi
"""


@dataclass(frozen=True)
class Ended:
    """How it ended: systemd's word for it, and the exit status or the name of a signal."""

    result: str
    text: str

    @property
    def status(self) -> int:
        """The exit status, -1 for a signal."""
        return int(self.text) if self.text.isdigit() else -1

    def describe(self) -> str:
        """Say it in a sentence."""
        return f"exit status {self.text}" if self.status >= 0 else f"{self.result} {self.text}"


class Unit:
    """The transient unit of one service's test instance."""

    def __init__(self, service: str) -> None:
        self.name = NAME % service

    def start(self, scratch: Scratch, spec: TestInstance) -> str:
        """Start it; returns why systemd cannot, empty if it did."""
        folder = shlex.quote(scratch.path)
        at_the_end = scratch.write("at-the-end", _ENDED % {"pid": os.getpid(), "folder": folder})
        properties = [
            *_ALWAYS,
            f"RuntimeMaxSec={int(spec.patience + _GRACE)}",
            f"ReadWritePaths={scratch.path}",
            f"StandardOutput=append:{scratch.of('output')}",
            f"StandardError=append:{scratch.of('output')}",
            # Outside of its namespaces, also if the process that started it is gone.
            f"ExecStopPost=+/bin/sh {at_the_end}",
            *_limits(spec.unit),
        ]
        words = ["systemd-run", "--quiet", "--unit=" + self.name]
        words += [word for item in properties for word in ("-p", item)]
        words += ["--setenv={}={}".format(*pair) for pair in _environment(spec).items()]
        result = command.run([*words, "/bin/sh", scratch.of("start")], timeout=30)
        if result.ok:
            return ""
        said = f": {result.words}" if result.words else f"; `journalctl -u {self.name}` says why"
        return f"systemd does not start it{said}"

    def end(self) -> None:
        """Stop it if it runs, and forget it if it failed."""
        if self._shown("LoadState") == "loaded":
            command.run(["systemctl", "stop", "--", self.name], timeout=30)
            command.run(["systemctl", "reset-failed", "--", self.name], timeout=20)

    def main_pid(self) -> int:
        """Return its process, 0 if it has none."""
        text = self._shown("MainPID")
        return int(text) if text.isdigit() else 0

    def ended(self, scratch: Scratch) -> Optional[Ended]:
        """Return how it ended, None while it runs."""
        try:
            with open(scratch.of("ended"), encoding="ascii", errors="replace") as stream:
                words = [*stream.read().split(), "", ""]
        except OSError:
            return None
        return Ended(words[0], words[1])

    def _shown(self, name: str) -> str:
        return command.run(["systemctl", "show", "-p", name, "--value", "--", self.name], timeout=20).stdout.strip()


def account_of(unit: str) -> tuple[Account, tuple[str, ...]]:
    """Return the account of a unit and the capabilities that it does not have; root with all of them without a unit."""
    facts = _facts(unit)
    without = _missing(facts.get("CapabilityBoundingSet", ""))
    if not facts.get("User"):
        return Account(0, 0, no_new_privileges=facts.get("NoNewPrivileges") == "yes"), without
    found = _user(facts["User"])
    more = facts.get("SupplementaryGroups", "").split()
    gid = _group(facts["Group"]) if facts.get("Group") else found.pw_gid
    groups = tuple({*os.getgrouplist(found.pw_name, gid), *(_group(name) for name in more)})
    ambient = tuple(name[4:].lower() for name in facts.get("AmbientCapabilities", "").split())
    return Account(found.pw_uid, gid, groups, ambient, facts.get("NoNewPrivileges") == "yes"), without


def read_memory(folder: Folder) -> Memory:
    """Return a folder with its owner and group as numbers.

    Raises:
        TransactionError: there is no such account.
    """
    return Memory(folder.path, _user(folder.owner).pw_uid, _group(folder.group), folder.mode)


def _user(name: str) -> "pwd.struct_passwd":
    try:
        return pwd.getpwuid(int(name)) if name.isdigit() else pwd.getpwnam(name)
    except KeyError as error:
        raise TransactionError(f"The test instance needs the user {name!r}, which does not exist on this host."
                               ) from error


def _group(name: str) -> int:
    try:
        return int(name) if name.isdigit() else grp.getgrnam(name).gr_gid
    except KeyError as error:
        raise TransactionError(f"The test instance needs the group {name!r}, which does not exist on this host."
                               ) from error


def _facts(unit: str) -> Mapping[str, str]:
    if not unit:
        return {}
    shown = command.run(["systemctl", "show", "-p", ",".join(_TAKEN), "--", unit], timeout=20)
    found: dict[str, list[str]] = {}
    for line in shown.stdout.splitlines():
        key, _sign, value = line.partition("=")
        found.setdefault(key, []).append(value)
    return {key: "\n".join(values) for key, values in found.items()}


def _missing(allowed: str) -> tuple[str, ...]:
    """Return which capabilities of this process a bounding set does not have."""
    if not allowed:
        return ()
    every = {name[4:] for name in _facts("init.scope").get("CapabilityBoundingSet", "").lower().split()}
    return tuple(sorted(every - {name[4:] for name in allowed.lower().split()}))


def _limits(unit: str) -> list[str]:
    facts = _facts(unit)
    found = [f"{name}={facts[name + 'Soft']}:{facts[name]}"
             for name in _LIMITS if facts.get(name) and facts.get(name + "Soft")]
    return [*found, f"UMask={facts['UMask']}"] if facts.get("UMask") else found


def _environment(spec: TestInstance) -> dict[str, str]:
    given = _facts(spec.unit).get("Environment", "")
    pairs = (word.partition("=") for word in shlex.split(given))
    return {"LC_ALL": "C.UTF-8", **{key: value for key, _sign, value in pairs if key}, **spec.environment}
