# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How other people run Ansible: each habit as a row that is run for real, and what it has to end in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parents[1] / "data" / "habits.json"
BOTH, FIRST = ("web12", "web13"), ("web12",)
PASSWORD = "correct horse"


@dataclass(frozen=True)
class Habit:
    """A habit: what is done otherwise than in the tests, on the host, on the controller, or on the command line."""

    title: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    play: Mapping[str, Any] = field(default_factory=dict)
    """Keywords of the play."""
    before: str = ""
    """Shell commands on each host, as root."""
    after: str = ""
    """Shell commands that take it back."""
    changes: tuple[str, ...] = BOTH
    """Hosts that have to serve the new setting afterwards; the others keep theirs."""
    refused: str = ""
    """If the run has to fail: a word of its message."""


HABITS = (
    Habit("user with sudo and a password", ("-e", f"ansible_become_password='{PASSWORD}'"),
          before=f"echo 'ops:{PASSWORD}' | chpasswd; echo 'ops ALL=(ALL) ALL' >/etc/sudoers.d/ops",
          after="echo 'ops ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ops"),
    Habit("become by su with root's password",
          ("-e", f"ansible_become_password='{PASSWORD}'", "-e", "ansible_become_method=su"),
          before=f"echo 'root:{PASSWORD}' | chpasswd", after="passwd -l root"),
    Habit("without become", play={"become": False}, changes=(), refused="root"),
    Habit("`ansible_python_interpreter: auto`", ("-e", "ansible_python_interpreter=auto")),
    Habit("no pipelining", environment={"ANSIBLE_PIPELINING": "0"}),
    Habit("umask 077 on the host", before="echo 'session optional pam_umask.so umask=077' >>/etc/pam.d/common-session; "
          "echo 'session optional pam_umask.so umask=077' >>/etc/pam.d/common-session-noninteractive",
          after="sed -i /umask=077/d /etc/pam.d/common-session /etc/pam.d/common-session-noninteractive"),
    Habit("`/tmp`, `/var/tmp` and `/dev/shm` mounted noexec", environment={"ANSIBLE_PIPELINING": "0"},
          before="for at in /tmp /var/tmp; do mount -t tmpfs -o noexec,nosuid,nodev,mode=1777 tmpfs $at; done; "
          "mount -o remount,noexec /dev/shm", after="umount /tmp /var/tmp; mount -o remount,exec /dev/shm"),
    Habit("`--limit` to one host", ("--limit", "web12"), changes=FIRST),
    Habit("`--tags apply`, without the verification", ("--tags", "apply")),
    Habit("`--tags verify`, which changes nothing", ("--tags", "verify"), changes=()),
    Habit("`--skip-tags verify`", ("--skip-tags", "verify")),
    Habit("`--check --diff`", ("--check", "--diff"), changes=()),
    Habit("`serial: 1`", play={"serial": 1}),
    Habit("`strategy: free`", play={"strategy": "free"}),
    Habit("`gather_facts: false`", play={"gather_facts": False}),
    Habit("facts cached in files", environment={"ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_GATHERING": "smart",
                                                "ANSIBLE_CACHE_PLUGIN_CONNECTION": "{work}/facts"}),
    Habit("`hash_behaviour = merge`", environment={"ANSIBLE_HASH_BEHAVIOUR": "merge"}),
    Habit("`inject_facts_as_vars = false`", environment={"ANSIBLE_INJECT_FACT_VARS": "false"}),
    Habit("variables in a vault", ("-e", "@{work}/vault.yml", "--vault-password-file", "{work}/password")),
    Habit("`any_errors_fatal`, `max_fail_percentage: 0`", play={"any_errors_fatal": True, "max_fail_percentage": 0}),
    Habit("one fork", ("--forks", "1")),
    Habit("callback `minimal`, `-vvv`", ("-vvv",), {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal"}),
)


def read_results() -> dict[str, Any]:
    """Return what the last run found."""
    found: dict[str, Any] = json.loads(RESULTS.read_text("utf-8"))
    return found


def as_table(results: Mapping[str, Any]) -> str:
    """Return the results as a table in Markdown."""
    rows = ["| habit | result |", "|---|---|"]
    rows += [f"| {row['habit']} | {row['result']} |" for row in results["habits"]]
    return "\n".join([*rows, "", f"Run by `make habits` on {results['ran']} with ansible-core {results['core']}.", ""])
