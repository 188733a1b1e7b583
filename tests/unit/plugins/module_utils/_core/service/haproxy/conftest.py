# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host with HAProxy in a few lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._core.service.haproxy.host import CONF, HOST

TOP = "global\n daemon\ndefaults\n mode http\n"


@pytest.fixture
def reads(scripted: Any) -> Callable[..., dict[str, Any]]:
    """What ``service_info`` reports of proxies, beside a usual beginning and other files."""

    def read(proxies: str, top: str = TOP, files: dict[str, Any] | None = None, programs: Any = None) -> dict[str, Any]:
        host = scripted({CONF: top + proxies, "/etc/hosts": "127.0.0.1 localhost\n", **(files or {})}, programs or {})
        found: dict[str, Any] = host.drive(HOST.read())
        return found

    return read


@pytest.fixture
def plan_for(reads: Any, planned: Any) -> Callable[..., dict[str, Any]]:
    """The plan for a host with these proxies."""

    def make(proxies: str, top: str = TOP, files: Any = None, version: str = "3.0.11-1", **options: Any) -> dict[str, Any]:
        found: dict[str, Any] = planned(
            "haproxy", {**reads(proxies, top, files), "version": version, "present_hsts": "max-age=63072000"}, **options)
        return found

    return make


@pytest.fixture
def edited(plan_for: Any) -> Callable[..., str]:
    """The configuration as the plan leaves it."""

    def edit(proxies: str, top: str = TOP, files: Any = None, path: str = CONF, **options: Any) -> str:
        changes = {change["path"]: change["values"] for change in plan_for(proxies, top, files, **options)["changes"] if "values" in change}
        before: str = (files or {}).get(path, top + proxies)
        return marks.edit(before, changes[path]) if path in changes else before

    return edit
