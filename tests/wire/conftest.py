# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Key material for one run, and a short way to look."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fuzz_count import RAN
from servers import Keys, make_keys

from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands its count to the process that prints."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["fuzz"] = dict(RAN)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add a worker's count."""
    RAN.update(getattr(node, "workeroutput", {}).get("fuzz", {}))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many cases each fuzz target had."""
    if RAN:
        said = ", ".join(f"{name} {count}" for name, count in sorted(RAN.items()))
        terminalreporter.write_line(f"fuzz cases: {said}; {sum(RAN.values())} in all")


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def look_full(look: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The same at depth ``full``."""
    def call(port: int, protocol: str = "tls", **options: Any) -> dict[str, Any]:
        options.setdefault("parts", ("suites", "groups", "schemes", "details", "flaws"))
        return look(port, protocol, depth="full", **options)

    return call


@pytest.fixture
def look() -> Callable[..., dict[str, Any]]:
    """Look at one port of loopback; returns the observation as the module does."""
    def call(port: int, protocol: str = "https", policy: Any = "intermediate", **options: Any) -> dict[str, Any]:
        endpoint = {"host": "127.0.0.1", "port": port, "protocol": protocol, "server_name": "localhost",
                    "path": options.pop("path", "/")}
        options.setdefault("timeout", 5.0)
        (seen,) = observe([endpoint], policy=policy, **options)
        return seen.to_dict()

    return call
