# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lets tests make certificates byte by byte."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import pytest

BEDS = Path(__file__).resolve().parents[3] / "beds"
if str(BEDS) not in sys.path:
    sys.path.insert(0, str(BEDS))

from handmade import Handmade


@pytest.fixture(scope="session")
def handmade() -> Handmade:
    return Handmade()


@pytest.fixture(scope="session")
def moment() -> datetime.datetime:
    """A time within the validity of every certificate that is made by hand."""
    return datetime.datetime(2026, 11, 22, tzinfo=datetime.timezone.utc)
