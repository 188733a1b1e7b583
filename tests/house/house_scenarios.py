# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules of molecule scenarios: no step passes by not running.

Molecule goes over a side effect that it has no playbook for with a warning, also where
the step names the playbook itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def steps_without_work(scenario: Mapping[str, Any], files: Collection[str]) -> list[str]:
    """Return what a scenario's sequence names and would not run.

    Args:
        scenario: the content of ``molecule.yml``.
        files: names of the files in its folder.
    """
    playbooks = (scenario.get("provisioner") or {}).get("playbooks") or {}
    wrong = [f"there is no {name} for {step}" for step, name in playbooks.items() if name not in files]
    for step in (scenario.get("scenario") or {}).get("test_sequence") or ():
        verb, _, named = step.partition(" ")
        if verb in ("side_effect", "cleanup") and verb not in playbooks:
            wrong.append(f"`{step}` is passed over, because playbooks says nothing of {verb}")
        elif verb == "side_effect" and named and named not in files:
            wrong.append(f"there is no {named} for `{step}`")
    return wrong
