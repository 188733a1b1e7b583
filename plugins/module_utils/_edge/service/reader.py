# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads services on this host: what is common to all, and what each service's pack reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service.hosts import HOSTS
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import installed, listeners
from ansible_collections.intransit.tls.plugins.module_utils._edge.service.answers import drive


def look(names: Sequence[str], packages: Sequence[str] = ()) -> dict[str, Any]:
    """Return ``services`` (what is installed, linked, configured and listening), ``packages`` and ``listeners``.

    ``listeners`` are the sockets of all programs: a port that a service is to open may be held by another one.

    Args:
        names: names of ``HOSTS``.
        packages: Debian packages whose versions are wanted besides those of the services.
    """
    found: dict[str, Any] = {}
    listening = listeners.list_owned_listening()
    for name in names:
        found[name] = installed.describe(HOSTS[name], listening)
        if found[name]["installed"]:
            found[name].update(drive(HOSTS[name].read()))
    known = {HOSTS[name].package: found[name]["version"] for name in names
             if not (HOSTS[name].variants and found[name]["version"])}
    further = [package for name in names if found[name]["installed"] for package in HOSTS[name].further_packages]
    for package in (*packages, *further):
        if package not in known:
            known[package] = installed.read_installed_version(package)
    return {
        "services": found, "packages": known,
        "listeners": [
            {"address": row.address, "port": row.port, "pid": row.pid, "process": row.process} for row in listening],
    }
