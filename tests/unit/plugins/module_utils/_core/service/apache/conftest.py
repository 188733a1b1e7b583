# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Configurations as Apache prints them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import ApacheConfig
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.dump import read_dump

Reads = Callable[..., ApacheConfig]


@pytest.fixture
def reads() -> Reads:
    """Return a function that reads (path, text) pairs in their order, each line printed with its number."""

    def read(*files: tuple[str, str]) -> ApacheConfig:
        printed = []
        for path, text in files:
            printed.append(f"# In file: {path}\n")
            for number, line in enumerate(text.split("\n"), 1):
                if line.startswith("</"):
                    printed.append(line + "\n")
                elif line:
                    printed.append(f"# {number:3d}:\n{line}\n")
        return read_dump("".join(printed))

    return read
