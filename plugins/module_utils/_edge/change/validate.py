# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Let the daemon's own judgement speak before anything is swapped.

``instance`` runs the daemon itself as a test instance, with the new settings, and
probes it.  ``command`` runs a checker, with ``{staged:/path}`` standing for the staged
copy of a file; together with ``instance`` it is for a host that cannot run one.  A
refusal carries the daemon's own words.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.comparison import add_pages
from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance import TestInstance, read_instance
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import (
    ConfirmationError,
    TransactionError,
    ValidationError,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import compare, confirm, instance
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import KINDS, find_kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command, files


def look_at_pages(how: Mapping[str, Any], steps: Sequence[Step]) -> compare.Ways:
    """Return the ways of visitors of the web sites that a test instance has to serve; see ``compare.look_before``."""
    spec = read_instance(how["instance"]) if how.get("instance") else None
    return compare.look_before(add_pages(spec.comparisons, _pages(steps))) if spec else ()


def validate(
    service: str, how: Mapping[str, Any], steps: Sequence[Step], confirmation: Optional[Mapping[str, Any]] = None,
    ways: compare.Ways = ()
) -> str:
    """Judge the steps' wanted states before the swap; return in words what was found good.

    Args:
        service: for the sentences.
        how: ``instance`` (a test instance as plain data), ``command``; ``authorities``.
        steps: what is about to be swapped.
        confirmation: by which ``policy``, ``fail_on`` and ``ignore`` the test instance is judged; its
            ``endpoints``, if the instance names none.
        ways: what ``look_at_pages`` returned.

    Raises:
        ValidationError: the new settings were refused; says so too if the daemon
            already refuses the settings it has now.
    """
    _authorities(service, how.get("authorities") or ())
    if how.get("instance"):
        return _by_instance(service, how, steps, confirmation or {}, ways)
    if how.get("command"):
        return _by_command(service, how, overlay_of(steps))
    raise TransactionError(f"The transaction of {service} names no validator; nothing was changed.")


def _authorities(service: str, paths: Sequence[str]) -> None:
    """Refuse a file of authorities without any: some libraries take it, and then trust nobody."""
    empty = [path for path in paths if confirm.hash_leaf(path) is None]
    if empty:
        raise ValidationError(
            f"{service}: nothing was changed. {', '.join(empty)} should name authorities to trust and holds no "
            "certificate (PEM).",
            {"missing": empty},
        )


def overlay_of(steps: Sequence[Step]) -> dict[str, State]:
    """Return every file that the steps change, by path, as it shall be."""
    overlay: dict[str, State] = {}
    for step in steps:
        overlay.update(KINDS[str(step.identity["kind"])].files(step.identity, step.after))
    return overlay


def _by_instance(service: str, how: Mapping[str, Any], steps: Sequence[Step], confirmation: Mapping[str, Any],
                 ways: compare.Ways) -> str:
    spec = read_instance(how["instance"])
    endpoints = spec.endpoints if spec.endpoints is not None else tuple(confirmation.get("endpoints") or ())
    served = _as_staged(confirmation.get("certificate"), overlay_of(steps))
    probe = _probe(service, endpoints, {**confirmation, "certificate": served}, ways) if endpoints else None
    trial = instance.try_out(service, spec, wanted_of(steps, spec), endpoints, probe)
    if not trial.possible:
        return _without(service, how, steps, trial.reason)
    if trial.ok:
        return (
            f"a test instance of {service} started with the new "
            f"settings{' and showed on the wire what was asked for' if probe else ''} ({trial.seconds:.1f} s)")
    if trial.started:
        raise ValidationError(
            f"A test instance of {service} started with the new settings but failed the TLS checks: {trial.reason}\n"
            f"Nothing was changed. Its own words:\n{trial.words}",
            {"validator": trial.words, "reason": trial.reason, "broken_before": False},
        )
    # Without endpoints: ports that only the new settings open say nothing about the present ones.
    present = instance.try_out(service, spec, wanted_of((), spec), (), None)
    if present.possible and not present.ok:
        raise ValidationError(
            f"A test instance of {service} does not start with the settings that are on this host now, before any "
            f"change of ours: {present.reason}. Nothing was changed. Repair that first. Its own words:\n"
            f"{present.words}",
            {"validator": present.words, "reason": present.reason, "broken_before": True},
        )
    raise ValidationError(
        f"A test instance of {service} did not start with the new settings: {trial.reason}. Nothing was changed. Its "
        f"own words:\n{trial.words}",
        {"validator": trial.words, "reason": trial.reason, "broken_before": False},
    )


def _as_staged(path: Optional[str], overlay: Mapping[str, State]) -> Optional[str]:
    """Return where a file stands that is reached through a link of the overlay; the host's own link is the old one."""
    for link, state in overlay.items():
        if path and state.facts.get("form") == "link" and path.startswith(link + "/"):
            return os.path.join(os.path.dirname(link), str(state.facts["target"]), path[len(link) + 1:])
    return path


def _pages(steps: Sequence[Step]) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for step in steps:
        found.update(KINDS[str(step.identity["kind"])].pages(step.identity, step.after))
    return found


def wanted_of(steps: Sequence[Step], spec: TestInstance) -> instance.Wanted:
    """Return what the test instance has to find changed: the steps, and its own edits on top of them."""
    changed = overlay_of(steps)
    for edit in spec.edits:
        changed.update(_edited(edit, changed))
    programs = [
        program for step in steps
        for program in KINDS[str(step.identity["kind"])].programs(step.identity, step.after)
    ]
    return instance.Wanted(changed, tuple(programs))


def _edited(edit: Change, changed: Mapping[str, State]) -> dict[str, State]:
    kind = find_kind(edit)
    identity = kind.identity(edit)
    before = changed.get(str(identity.get("path"))) or kind.read(identity)
    return kind.files(identity, kind.plan(edit, before))


def _without(service: str, how: Mapping[str, Any], steps: Sequence[Step], reason: str) -> str:
    """Let the daemon's own check do on a host that cannot run a test instance, and say so."""
    if how.get("command"):
        checked = _by_command(service, how, overlay_of(steps))
        return f"{checked}; this host cannot run a test instance: {reason}"
    own = how.get("own_check")
    words = f"`{' '.join(own)}` right after the swap, on" if own else ""
    return (
        f"not judged before the swap: this host cannot run a test instance of {service} ({reason}); the change "
        f"relies on {words + ' ' if words else ''}the confirmation and on the restore")


def run_own_check(how: Mapping[str, Any]) -> None:
    """Let the daemon judge the configuration on the disk, before a unit is touched.

    Raises:
        ValidationError: it refuses it, with its own words.
    """
    argv = [str(word) for word in how.get("own_check") or ()]
    result = command.run(argv, timeout=float(how.get("timeout") or 30)) if argv else None
    if result is not None and not result.ok:
        raise ValidationError(
            f"{result.describe()}. Its own words:\n{result.words}",
            {"validator": result.words, "reason": result.describe(), "broken_before": None},
        )


def _probe(
    service: str, endpoints: Sequence[Mapping[str, Any]], confirmation: Mapping[str, Any], ways: compare.Ways
) -> instance.Probe:
    """Judge the test instance on the wire as the daemon itself will be judged after the swap, and what it serves."""

    def probe() -> str:
        try:
            confirm.confirm(service, dict(confirmation, endpoints=endpoints, timeout=1))
        except ConfirmationError as error:
            return error.message
        return compare.find_differences(ways)

    return probe


def _by_command(service: str, how: Mapping[str, Any], overlay: Mapping[str, State]) -> str:
    folder = tempfile.mkdtemp(prefix="intransit-staged-")
    forbidden = how.get("forbid")
    try:
        for path, state in overlay.items():
            target = folder + path
            os.makedirs(os.path.dirname(target), exist_ok=True)
            files.write_state(target, state)
        argv = [_staged(str(word), folder, overlay) for word in how["command"]]
        # A word that must not be there is only known to be missing from the whole of what was printed.
        ask = command.ask if forbidden else command.run
        result = ask(argv, timeout=float(how.get("timeout") or 30))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if result.ok and not (forbidden and re.search(str(forbidden), result.words)):
        return f"`{' '.join(str(word) for word in how['command'])}` accepts the new settings"
    raise ValidationError(
        f"{service}: {result.describe()}. Nothing was changed. Its own words:\n{result.words}",
        {"validator": result.words, "reason": result.describe(), "broken_before": None},
    )


def _staged(word: str, folder: str, overlay: Mapping[str, State]) -> str:
    def place(match: "re.Match[str]") -> str:
        path = match.group(1)
        return folder + path if path in overlay else path

    return re.sub(r"\{staged:([^}]+)\}", place, word)
