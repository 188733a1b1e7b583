# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Let the daemon's own judgement speak before anything is swapped.

Two ways, as the daemon allows: ``command`` runs a checker that can be trusted, with
``{staged:/path}`` standing for the staged copy of a file; ``shadow`` runs the daemon
itself on a copy, and may look at that copy on the wire as the policy wants it.  A
refusal carries the checker's own words.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from typing import Any, Dict, Mapping, Optional, Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import (
    ConfirmationError,
    TransactionError,
    ValidationError,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import confirm, shadow
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import KINDS
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command, files


def validate(
    service: str, how: Mapping[str, Any], steps: Sequence[Step], confirmation: Optional[Mapping[str, Any]] = None
) -> str:
    """Judge the steps' wanted states before the swap; return in words what was found good.

    Args:
        service: for the sentences.
        how: ``shadow`` (a spec as plain data) or ``command``; ``authorities``.
        steps: what is about to be swapped.
        confirmation: by which ``policy``, ``fail_on`` and ``ignore`` a shadow's endpoints are judged.

    Raises:
        ValidationError: the new settings were refused; says so too where the daemon
            already refuses the settings it has now.
    """
    _authorities(service, how.get("authorities") or ())
    overlay = overlay_of(steps)
    if how.get("shadow"):
        return _by_shadow(service, shadow.spec_from(how["shadow"]), overlay, confirmation or {})
    if how.get("command"):
        return _by_command(service, how, overlay)
    raise TransactionError("The transaction of %s names no validator; nothing was changed." % service)


def _authorities(service: str, paths: Sequence[str]) -> None:
    """Refuse a file of authorities without any: some libraries take it, and then trust nobody."""
    empty = [path for path in paths if confirm.leaf_digest(path) is None]
    if empty:
        raise ValidationError(
            "%s: nothing was changed. %s should name authorities to trust and holds no certificate (PEM)."
            % (service, ", ".join(empty)),
            {"missing": empty},
        )


def overlay_of(steps: Sequence[Step]) -> Dict[str, State]:
    """Return every file that the steps change, by path, as it shall be."""
    overlay: Dict[str, State] = {}
    for step in steps:
        overlay.update(KINDS[str(step.identity["kind"])].files(step.identity, step.after))
    return overlay


def _by_shadow(
    service: str, spec: shadow.ShadowSpec, overlay: Mapping[str, State], confirmation: Mapping[str, Any]
) -> str:
    look = _look_at(service, spec, confirmation) if spec.endpoints else None
    result = shadow.try_out(spec, overlay, look)
    if result.ok:
        return "a shadow instance of %s started with the new settings%s" % (
            service, " and showed on the wire what was asked for" if look else "")
    if result.started:
        raise ValidationError(
            "%s would start with the new settings and not do what was asked for: %s\nNothing was changed. "
            "Its own words:\n%s" % (service, result.reason, result.words),
            {"validator": result.words, "reason": result.reason, "broken_before": False},
        )
    present = shadow.try_out(spec, {})
    if not present.ok:
        raise ValidationError(
            "%s does not start with the settings that are on this host now, before any change of ours: %s. "
            "Repair that first. Its own words:\n%s" % (service, present.reason, present.words),
            {"validator": present.words, "reason": present.reason, "broken_before": True},
        )
    raise ValidationError(
        "%s would not survive the new settings: %s. Nothing was changed. Its own words:\n%s"
        % (service, result.reason, result.words),
        {"validator": result.words, "reason": result.reason, "broken_before": False},
    )


def _look_at(service: str, spec: shadow.ShadowSpec, confirmation: Mapping[str, Any]) -> shadow.Look:
    """Judge the shadow on the wire as the daemon itself will be judged after the swap."""

    def look(values: Mapping[str, str]) -> str:
        endpoints = [dict(row, port=int(shadow.fill(str(row["port"]), values))) for row in spec.endpoints]
        try:
            confirm.confirm(service, dict(confirmation, endpoints=endpoints, timeout=1))
        except ConfirmationError as error:
            return error.message
        return ""

    return look


def _by_command(service: str, how: Mapping[str, Any], overlay: Mapping[str, State]) -> str:
    folder = tempfile.mkdtemp(prefix="intransit-staged-")
    try:
        for path, state in overlay.items():
            target = folder + path
            os.makedirs(os.path.dirname(target), exist_ok=True)
            files.write_state(target, state)
        argv = [_staged(str(word), folder, overlay) for word in how["command"]]
        result = command.run(argv, timeout=float(how.get("timeout") or 30))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    forbidden = how.get("forbid")
    if result.ok and not (forbidden and re.search(str(forbidden), result.words)):
        return "`%s` accepts the new settings" % " ".join(str(word) for word in how["command"])
    raise ValidationError(
        "%s: %s. Nothing was changed. Its own words:\n%s" % (service, result.describe(), result.words),
        {"validator": result.words, "reason": result.describe(), "broken_before": None},
    )


def _staged(word: str, folder: str, overlay: Mapping[str, State]) -> str:
    def place(match: "re.Match[str]") -> str:
        path = match.group(1)
        return folder + path if path in overlay else path

    return re.sub(r"\{staged:([^}]+)\}", place, word)
