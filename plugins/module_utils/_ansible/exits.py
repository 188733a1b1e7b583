# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The only file that ends a module: every other one returns a value or raises."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from typing import Any, Callable

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.rows import Rows
from ansible_collections.intransit.tls.plugins.module_utils._core.change import arguments
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError


def finish(module: AnsibleModule, call: Callable[[], Mapping[str, Any]]) -> None:
    """Run the one call of a module and end the module with what came of it.

    Args:
        module: the module that ends.
        call: does the work and returns the result's keys (``changed`` is added
            as false where the call says nothing about it).  A value may be ``Rows``.

    Paths and numbers among the arguments are checked first (``_core/change/arguments.py``).
    An ``IntransitError`` becomes a failure with its sentence as ``msg`` and its
    facts as further keys.  Anything else is a defect and keeps its traceback.
    """
    try:
        arguments.check(module.argument_spec, module.params)
        result = dict(call())
    except IntransitError as error:
        module.fail_json(msg=error.message, **{"error": type(error).__name__, **error.details})
    result.setdefault("changed", False)
    if getattr(module, "no_log_values", None):
        # Ansible hides secrets in what it is given: up to 2.21 here, since then on the controller.
        result = {key: _to_list(value) if isinstance(value, Rows) else value for key, value in result.items()}
    if any(isinstance(value, Rows) for value in result.values()):
        _exit_with_rows(module, result)
    module.exit_json(**result)


def _to_list(rows: Rows) -> list[Any]:
    return [json.loads(row) for row in rows]


def _exit_with_rows(module: AnsibleModule, result: Mapping[str, Any]) -> None:
    """Let Ansible end the module with a mark for each ``Rows``, and write the rows where it printed the mark.

    What Ansible adds to a result is its own matter: warnings, deprecations, the invocation.  All of it
    is in the text that it prints.
    """
    marks = {os.urandom(16).hex(): value for value in result.values() if isinstance(value, Rows)}
    names = {id(rows): mark for mark, rows in marks.items()}
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            module.exit_json(**{key: names.get(id(value), value) for key, value in result.items()})
    except SystemExit:
        for part in _with_rows(printed.getvalue(), marks):
            sys.stdout.write(part)
        raise


def _with_rows(text: str, marks: Mapping[str, Rows]) -> Iterator[str]:
    for mark, rows in marks.items():  # Ansible keeps the order of keys
        before, found, text = text.partition(json.dumps(mark))
        yield before
        if found:  # not in the sentence with which Ansible refuses a result
            yield "["
            for number, row in enumerate(rows):
                yield ", " + row if number else row
            yield "]"
    yield text
