# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of directories share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from refusals import SET


@pytest.fixture
def authority(host: Any, tmp_path: Path) -> str:
    """The private authority's certificate in a file on the controller."""
    path = tmp_path / "ca.pem"
    path.write_text(host.check_output(f"cat {SET}/chain.pem"))
    return str(path)
