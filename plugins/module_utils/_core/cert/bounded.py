# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a record keeps of a very long certificate: all of it is judged, the beginning and the number are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_ITEMS = 100
MOST_LETTERS = 1000
WHOLE = ("pem",)
"""Texts that are of no use if they are cut."""


def limit_rows(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Cut long lists and long texts; ``KEY_total`` says how many items a list had."""
    made: dict[str, Any] = {}
    for key, value in facts.items():
        made[key] = value if key in WHOLE else _cut(value)
        if isinstance(value, list) and len(value) > MOST_ITEMS:
            made[f"{key}_total"] = len(value)
    return made


def limit_text(text: str, most: int = MOST_LETTERS) -> str:
    """Cut a long text and say how long it was."""
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return limit_text(value)
    if isinstance(value, list):
        return [_cut(item) for item in value[:MOST_ITEMS]]
    return value
