# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Argument fragments that several modules share; each has a twin in doc_fragments."""

from __future__ import annotations

from typing import Any


def make_policy_argument() -> dict[str, Any]:
    """Return the ``policy`` option: a profile's or data class's name, or an own profile."""
    return {"policy": {"type": "raw"}}
