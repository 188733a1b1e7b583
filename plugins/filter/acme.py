# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters around orders at an ACME directory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import acme
from ansible_collections.intransit.tls.plugins.module_utils._edge.dns.ask import has_library


def acme_obstacles(
    value: Mapping[str, Any], options: Mapping[str, Any], directory: Mapping[str, Any], present: Mapping[str, Any]
) -> list[str]:
    """Return why no order is made; see acme_obstacles.yml."""
    return list(acme.find_obstacles(value, options, directory, present, has_library()))


def acme_failure(
    value: Any, host: str, entry: Mapping[str, Any], directory: str, present: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a failed order means; see acme_failure.yml."""
    stays = acme.describe_stay(present)
    message = f"{acme.explain_failure(value, host, entry, directory)} {stays}".strip()
    return {"message": message, "fit": bool(stays)}


class FilterModule:
    """Hands the filters to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"acme_failure": acme_failure, "acme_obstacles": acme_obstacles}
