# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The only file that ends a module: every other one returns a value or raises."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError


def finish(module: AnsibleModule, call: Callable[[], Mapping[str, Any]]) -> None:
    """Run the one call of a module and end the module with what came of it.

    Args:
        module: the module that ends.
        call: does the work and returns the result's keys (``changed`` is added
            as false where the call says nothing about it).

    An ``IntransitError`` becomes a failure with its sentence as ``msg`` and its
    facts as further keys.  Anything else is a defect and keeps its traceback.
    """
    try:
        result = dict(call())
    except IntransitError as error:
        module.fail_json(msg=error.message, **{"error": type(error).__name__, **error.details})
    result.setdefault("changed", False)
    module.exit_json(**result)
