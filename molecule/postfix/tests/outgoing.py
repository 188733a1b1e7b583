# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Send a mail from a host to an address and see in its own log how it went."""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass
from typing import Any

import testinfra


@dataclass(frozen=True)
class Sent:
    """What became of a mail: the line that says so, and how the connection was secured."""

    status: str
    tls: str


def address_of(host: Any, name: str) -> str:
    """The address of another host of the scenario, as mail writes it."""
    other = testinfra.get_host(f"ansible://{name}", ansible_inventory=host.backend.ansible_runner.inventory_file)
    return f"[{other.ansible.get_variables()['ansible_host']}]"


def send(host: Any, address: str, patience: float = 20.0) -> Sent:
    """Hand a mail for bob at a domain, or at an address in brackets, to the host's sendmail; ``host`` is seen by root."""
    mark = f"probe-{uuid.uuid4().hex[:12]}"
    host.run_expect([0], f"printf 'Subject: x\\n\\nx\\n' | sendmail -f alice 'bob+{mark}@{address}'")
    log, end = "", time.monotonic() + patience
    while time.monotonic() < end:
        log = host.check_output("journalctl --no-pager -o short -t postfix/smtp -t postfix/local -t postfix/qmgr")
        found = [line for line in log.splitlines() if mark in line and " status=" in line]
        if found:
            process = re.search(r"postfix/smtp\[\d+\]", found[-1])
            mine = [line for line in log.splitlines() if process and process.group() in line]
            tls = [line for line in mine if "TLS connection" in line and address.strip("[]") in line]
            return Sent(found[-1], tls[-1] if tls else "")
        time.sleep(0.2)
    raise AssertionError(f"Nothing became of the mail to {address} in {patience} s: {log[-2000:]}")
