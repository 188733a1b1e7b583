# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look at services: what is common to all, and what only one kind has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.service.facts import SERVICES
from ansible_collections.intransit.tls.plugins.module_utils._core.service.hosts import HOSTS
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import installed as host
from ansible_collections.intransit.tls.plugins.module_utils._edge.service import (
    apache,
    openldap,
    postfix,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.service.reader import drive
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire import dnssec


def _read(name: str) -> dict[str, Any]:
    return drive(HOSTS[name].read())


DESCRIBERS: dict[str, Callable[[], dict[str, Any]]] = {
    "apache": apache.describe,
    "postfix": postfix.describe,
    **{name: partial(_read, name) for name in HOSTS},
    "openldap": openldap.describe,
}
"""What is read of one kind of service beside what all have, by name; only asked where it is installed."""

QUESTIONS: dict[str, tuple[str, Callable[[], Any]]] = {
    # Only mail's client asks it, and behind its chroot it may ask others than the host does.
    "validating_resolver": ("postfix", lambda: dnssec.validating_resolver(postfix.resolver_files())),
}
"""What is only found out on request, because it leaves the host or takes time; and for which service."""


def look(
    names: Sequence[str], questions: Sequence[str] = (), packages: Sequence[str] = (),
) -> dict[str, Any]:
    """Return ``services`` (what is installed, linked, configured and listening), ``packages`` and ``answers``.

    Args:
        names: names of ``SERVICES``.
        questions: names of ``QUESTIONS``.
        packages: Debian packages whose versions are wanted besides those of the services.
    """
    found: dict[str, Any] = {}
    for name in names:
        found[name] = host.describe(SERVICES[name])
        if name in DESCRIBERS and found[name]["installed"]:
            found[name].update(DESCRIBERS[name]())
    known = {SERVICES[name].package: found[name]["version"] for name in names}
    further = [package for name in names if found[name]["installed"] for package in SERVICES[name].further_packages]
    for package in (*packages, *further):
        if package not in known:
            known[package] = host.installed_version(package)
    answers = {}
    for question in questions:
        service, ask = QUESTIONS[question]
        if found.get(service, {"installed": True})["installed"]:
            answers[question] = ask()
    return {"services": found, "packages": known, "answers": answers}
