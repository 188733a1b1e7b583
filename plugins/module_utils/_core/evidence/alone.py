# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One endpoint never takes the evidence of others with it.

What servers sent can always be stranger than the code that judges it expects.  Whatever
goes wrong with one row becomes one finding of that row with status ``error``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Callable, Optional, TypeVar

from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import join_printable, show_printable
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.finding import name_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import make_failed_judgement

T = TypeVar("T")

_PLACE = ("host", "port", "protocol", "server_name", "address")


def copy_alone(
    make: Callable[[Mapping[str, Any]], dict[str, Any]], seen: Any, host: str, vantage: Optional[str] = None
) -> dict[str, Any]:
    """Return the row that ``make`` makes of an observation, or a row that says why it could not.

    Args:
        make: judges one observation.
        seen: the observation.
        host: the inventory's name of the host.
        vantage: name of the host that looked.
    """
    try:
        return copy_json(make(seen))
    except Exception as error:
        place = _place(seen)
        name = name_endpoint(place)
        finding = make_failed_judgement(host, name, error).to_dict()
        return {
            "endpoint": name, "vantage": vantage, "observation": {**place, "reachable": None}, "before": None,
            "findings": [finding], "grade": None, "verdict": "error",
        }


def copy_json(value: T) -> T:
    """Return data that can be written as JSON.

    Raises:
        ValueError: it holds a number of more digits than Python writes, or itself.
        TypeError: it holds what JSON has no form for.
    """
    json.dumps(value)
    return value


def _place(seen: Any) -> dict[str, Any]:
    """Return where something was seen, as far as that can be said in short and printable words."""
    found: dict[str, Any] = dict.fromkeys(_PLACE)
    for key in _PLACE if isinstance(seen, Mapping) else ():
        value = seen.get(key)
        if isinstance(value, str):
            found[key] = value if join_printable(value) else show_printable(value)
        elif isinstance(value, int) and abs(value) < 2**31:
            found[key] = int(value)
    return {
        **found, "host": str(found["host"] or "unknown host"), "protocol": str(found["protocol"] or "unknown"),
        "port": found["port"] if isinstance(found["port"], int) else 0,
    }
