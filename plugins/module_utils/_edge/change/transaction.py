# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The transaction: a change is complete, confirmed and committed, or it is undone.

The order is that of ``_core/change/phases.py``.  From the journal on every way out but the commit goes
through the undoing, signals included; what cannot be caught (``kill -9``, a power cut)
leaves the journal, and the next run starts by putting that back.  The last commits are
kept and can be taken back (``history.py``).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.continuity import read_continuity
from ansible_collections.intransit.tls.plugins.module_utils._core.change.diff import diff_of
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.change.phases import UNDOABLE
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import (
    IntransitError,
    RestoreError,
    TransactionError,
    ValidationError,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import read_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import confirm, continuity, history
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.compare import Ways
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.history import History
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.journal import Journal, name_moment
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.certificate_set import (
    CertificateSetKind,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import KINDS, plan_step
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.revocation_list import (
    RevocationListKind,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.validate import (
    look_at_pages,
    run_own_check,
    validate,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import unit, workers
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii

_WATCHED = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_STAYING = (CertificateSetKind.name, RevocationListKind.name)
"""Kinds of changes that a daemon does not see by itself, and that are not taken back later."""


@dataclass(frozen=True)
class Request:
    """Everything one transaction is told."""

    service: str
    changes: tuple[Change, ...]
    validation: Mapping[str, Any]
    units: tuple[str, ...] = ()
    verb: str = "reload"
    settle: float = 1.0
    read_by_workers: tuple[str, ...] = ()
    confirmation: Mapping[str, Any] = field(default_factory=dict)
    check_mode: bool = False
    lock_timeout: float = 60.0
    continuity: Optional[Mapping[str, Any]] = None
    """What has to work after the change as before it (``_core/change/continuity.py``); None: nothing is tried."""
    restores: str = ""
    """Name of the kept change that is taken back; empty: ``changes`` are made."""
    clients: tuple[str, ...] = ()
    """Units of clients whose settings change too; those that run are reloaded after the service."""


class Interrupted(TransactionError):
    """The run was asked to end by a signal."""


def execute(request: Request, journal: Optional[Journal] = None) -> dict[str, Any]:
    """Carry the transaction out.

    Returns:
        ``changed``, ``changes`` (labels that differed), ``diff``, ``validated``,
        ``activated``, ``outdated``, ``recovered``, ``endpoints``, ``findings``, ``committed`` (name of the change,
        None if nothing differed) and ``kept`` (changes that can be taken back, the oldest first).

    Raises:
        TransactionError: with ``phase``, ``reason`` and ``restored`` in its details;
            RestoreError where the old state could not be brought back.
    """
    book = journal or Journal(request.service)
    with book.locked(request.lock_timeout):
        if request.check_mode and book.open:
            return _pending(book)
        recovered = _settle(book, request)
        # A damaged or foreign record is an error before anything is changed, not after the commit.
        History(book.folder).changes()
        return _executed(request, book, _plan(request.changes), recovered)


def take_back(service: str, name: str, overwrite: bool = False, check_mode: bool = False, lock_timeout: float = 60.0,
              journal: Optional[Journal] = None) -> dict[str, Any]:
    """Take a kept change of a service back, and all later ones with it, as a transaction of its own.

    It is validated and activated as the change was.  What the old settings show on the wire is not judged: they are
    those that the host had.

    Args:
        service: whose change.
        name: of a kept change, or ``last``.
        overwrite: also replace what was edited since.
        check_mode: only say what would be done.
        lock_timeout: seconds to wait for another run on the service.
        journal: another one than the service's own.

    Returns:
        As ``execute``, with ``restores``: the name of the change that was taken back.

    Raises:
        TransactionError: no such change is kept, a file was edited since, or as ``execute``.
    """
    book = journal or Journal(service)
    with book.locked(lock_timeout):
        if check_mode and book.open:
            return _pending(book)
        recovered = _settle(book, Request(service, (), {}, check_mode=check_mode))
        kept = History(book.folder).changes()
        chosen, steps = history.plan_steps_back(service, kept, name, overwrite)
        how = kept[-1].body["request"]
        request = Request(
            service, (), history.make_validation_back(how["validation"]), tuple(how["units"]), how["verb"],
            how["settle"], check_mode=check_mode, restores=chosen, clients=tuple(how.get("clients") or ()))
        return {**_executed(request, book, list(steps), recovered), "restores": chosen}


def _settle(book: Journal, request: Request) -> Optional[dict[str, Any]]:
    """Put back what a run that was cut off left, if there is anything; return what was done."""
    if not request.check_mode:
        History(book.folder).settle(committed=not book.open)
    return recover(book, request.verb, request.settle) if book.open else None


def _executed(request: Request, book: Journal, steps: Sequence[Step], recovered: Optional[Mapping[str, Any]]
              ) -> dict[str, Any]:
    differing = [step for step in steps if step.differs]
    result: dict[str, Any] = {
        "changed": bool(differing) or recovered is not None,
        "changes": [step.label for step in differing],
        "diff": [diff_of(step) for step in differing],
        "recovered": recovered,
        "validated": None,
        "activated": [],
        "outdated": [],
        "endpoints": [],
        "findings": [],
        "committed": None,
        "remarks": [sentence for step in steps for sentence in step.remarks],
    }
    worked: Optional[continuity.Worked] = None
    replaced = _replaced(differing)
    if replaced:
        request = replace(request, confirmation={**request.confirmation, "replaced": replaced})
    if differing:
        with _signals(" Nothing was changed."):
            ways = look_at_pages(request.validation, differing)
            result["validated"] = _validated(request, differing, ways)
            worked = _worked(request, ways)
    if differing and not request.check_mode:
        others = [step for step in steps if not step.differs]
        result.update(_carry_out(_Run(request, book, differing, others, worked)))
    elif confirm.is_wanted(request.confirmation) and not request.check_mode:
        result.update(_confirm_unchanged(request, steps))
    return {**result, "kept": [change.to_dict() for change in History(book.folder).changes()]}


def _replaced(steps: Sequence[Step]) -> list[str]:
    """Return the SHA-256 of certificates that the steps replace."""
    return [before for before, after in _leaves(steps) if before and before != after]


def _leaves(steps: Sequence[Step]) -> list[tuple[Optional[str], Optional[str]]]:
    """Return the SHA-256 of the certificates before and after each step that changes the set in use."""
    kind = CertificateSetKind()
    found = []
    for step in steps:
        if step.identity["kind"] == kind.name:
            folders = [kind.find_folder(step.identity, state) for state in (step.before, step.after)]
            before, after = (confirm.hash_leaf(os.path.join(folder, "fullchain.pem")) for folder in folders)
            found.append((before, after))
    return found


def recover(book: Journal, verb: str, settle: float) -> dict[str, Any]:
    """Put back what an interrupted run left half done; returns what was done.

    Raises:
        RestoreError: it could not be put back; the journal stays.
    """
    body = book.load()
    report = _restore(book, body["entries"])
    was_up: Mapping[str, bool] = body["extra"].get("units", {})
    done, problem = unit.bring_back(
        was_up, str(body["extra"].get("verb", verb)), settle, body["extra"].get("clients") or ())
    if problem:
        raise RestoreError(
            f"An earlier run was cut off. Its files are put back ({', '.join(report['restored']) or 'none'}), but "
            f"the service does not come up: {problem} The backups stay in {book.folder}.",
            {"backup": book.folder, **report},
        )
    book.close()
    return {"begun": body.get("begun"), "activated": done, **report}


def _validated(request: Request, steps: Sequence[Step], ways: Ways) -> str:
    named = [*(request.validation.get("requires") or ()), *(request.validation.get("authorities") or ())]
    missing = [path for path in named if not os.path.exists(path)]
    if request.check_mode and missing:
        return f"not judged: {', '.join(missing)} will only be there after a real run"
    if missing:
        raise ValidationError(
            f"The new settings of {request.service} name {', '.join(missing)}, which is not there. Nothing was "
            "changed.",
            {"validator": "", "reason": "missing files", "broken_before": None},
        )
    return validate(request.service, request.validation, steps, request.confirmation, ways)


def _worked(request: Request, ways: Ways) -> Optional[continuity.Worked]:
    """Return what works before the change; None if nothing is to be tried again."""
    if request.continuity is None:
        return None
    wanted = read_continuity(request.continuity)
    # A declared check may do something, such as send a mail, which check mode must not.
    return None if request.check_mode else continuity.look_before(request.service, wanted, ways, request.units)


def _pending(book: Journal) -> dict[str, Any]:
    """Check mode with an open journal: say what a real run would put back, and touch nothing."""
    labels = [entry["label"] for entry in book.load()["entries"]]
    return {"changed": True, "changes": labels, "diff": [], "recovered": None, "recovery_pending": labels,
            "validated": None, "activated": [], "outdated": [], "endpoints": [], "findings": [],
            "committed": None, "kept": [], "remarks": []}


def _plan(changes: Sequence[Change]) -> list[Step]:
    steps = [plan_step(change) for change in changes]
    labels = [step.label for step in steps]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise TransactionError(f"Two changes of one transaction concern {', '.join(twice)}; make them one.")
    return steps


class _Run:
    """A transaction from the journal on: one method for each step in ``UNDOABLE``, with no argument."""

    def __init__(self, request: Request, book: Journal, steps: Sequence[Step], others: Sequence[Step],
                 worked: Optional[continuity.Worked]) -> None:
        self.request, self.book, self.steps, self.others, self.worked = request, book, steps, others, worked
        self.verb = _verb(request, steps)
        self.verb_back = _verb_back(self.verb, steps)
        self.was_up = unit.read_states(request.units)
        self.body: Mapping[str, Any] = {}
        self.result: dict[str, Any] = {}

    def journal(self) -> None:
        """Write the old states down."""
        self.body = self.book.begin(self.steps, {
            "units": self.was_up, "verb": self.verb_back, "clients": list(self.request.clients)})

    def swap(self) -> None:
        """Apply every change."""
        for step in self.steps:
            _swap(step)

    def check(self) -> None:
        """Run the daemon's own check."""
        run_own_check(self.request.validation)

    def activate(self) -> None:
        """Let the daemon take the new settings."""
        if self._shows_already():
            return
        _refresh(self.others)
        activated = unit.activate(self.request.units, self.verb, self.request.settle)
        self.result["activated"] = activated + unit.reload_clients(self.request.clients)

    def _shows_already(self) -> bool:
        """True if only the certificate is new, and the daemon reads it for each connection, as Courier does."""
        alone = all(step.identity["kind"] == CertificateSetKind.name for step in self.steps)
        if not alone or self.request.read_by_workers or not confirm.is_wanted(self.request.confirmation):
            return False
        try:
            seen = confirm.confirm(self.request.service, dict(self.request.confirmation, timeout=0.1))
        except TransactionError:
            return False
        # Another certificate than the replaced one is not yet the new one: the daemon may never have read that either.
        served = {row["sha256"] for item in seen["endpoints"] for row in item.get("certificates") or ()}
        return served >= {after for _before, after in _leaves(self.steps)}

    def confirm(self) -> None:
        """Look at the wire."""
        if confirm.is_wanted(self.request.confirmation):
            self.result.update(confirm.confirm(self.request.service, self.request.confirmation))

    def continuity(self) -> None:
        """Try again what worked."""
        lost = [sentence for step in self.steps if not step.back for sentence in
                KINDS[str(step.identity["kind"])].find_lost(step.identity, step.before, step.after)]
        if self.worked is not None or lost:
            continuity.confirm_after(self.request.service, self.worked, self.request.units, lost)

    def commit(self) -> None:
        """Keep the journal as a change that can be taken back."""
        body = _to_keep(self.request, self.body, self.verb)
        if body["entries"]:
            self.result["committed"] = History(self.book.folder).stage(body, name_moment())
        self.book.close()


def _carry_out(run: _Run) -> dict[str, Any]:
    phase = ""
    with _signals():
        try:
            for phase in UNDOABLE:
                getattr(run, phase)()
        except BaseException as error:
            _undo(run.request, run.book, run.was_up, run.verb_back, phase, error)
            raise
        History(run.book.folder).settle(committed=True)
    return run.result


def _to_keep(request: Request, body: Mapping[str, Any], verb: str) -> dict[str, Any]:
    """Return the journal's body with what taking the change back needs besides, without what stays.

    An old certificate or revocation list may have expired by then.
    """
    entries = [entry for entry in body["entries"] if entry["identity"]["kind"] not in _STAYING]
    how = {"validation": request.validation, "units": request.units, "verb": verb, "settle": request.settle,
           "clients": request.clients}
    return {**body, "entries": entries, "request": how, "restores": request.restores or None}


def _verb(request: Request, steps: Sequence[Step]) -> str:
    """A restart where any change that really happens needs one."""
    return "restart" if any(step.change.get("needs") == "restart" for step in steps) else request.verb


def _verb_back(verb: str, steps: Sequence[Step]) -> str:
    """A restart if the daemon would not see by itself that its old certificate or revocation list is back."""
    renewed = any(step.identity["kind"] in _STAYING for step in steps)
    return "restart" if verb == unit.LIVE and renewed else verb


def _swap(step: Step) -> None:
    kind = KINDS[str(step.identity["kind"])]
    if kind.read(step.identity) != step.before:
        raise TransactionError(
            f"{step.label} was changed by another program or person while this run worked; run again.")
    (kind.restore if step.back else kind.apply)(step.identity, step.after)


def _undo(
    request: Request, book: Journal, was_up: Mapping[str, bool], verb: str, phase: str, error: BaseException
) -> None:
    """Put everything back and raise what happened, in a form that says so."""
    for number in _WATCHED:
        # A second request to end must not cut the undoing short.
        signal.signal(number, signal.SIG_IGN)
    reason = error.message if isinstance(error, IntransitError) else f"{type(error).__name__}: {error}"
    details = dict(error.details) if isinstance(error, IntransitError) else {}
    details.update({"phase": phase, "reason": reason, "backup": book.folder})
    if not book.open:
        raise TransactionError(
            f"{request.service}: nothing was changed; the run failed before the swap ({phase}). {reason}",
            details,
        ) from error
    try:
        report = _restore(book, book.load()["entries"])
    except (IntransitError, OSError) as second:
        raise RestoreError(
            f"{request.service}: the change failed ({reason}) AND the old state could not be put back ({second}). "
            f"Act now: the old files are in {book.folder} as before-*; the next run will try again.",
            details,
        ) from error
    done, problem = unit.bring_back(was_up, verb, request.settle, request.clients)
    details.update(report, activated=done)
    if problem:
        raise RestoreError(
            f"{request.service}: the change failed ({reason}). The old files are back, but the service does not come "
            f"up with them: {problem} The backups stay in {book.folder}.",
            details,
        ) from error
    book.close()
    raise type(error if isinstance(error, TransactionError) else TransactionError(""))(
        f"{request.service}: everything is as it was before; the change failed at the step `{phase}`. {reason}\nPut "
        f"back: {', '.join(report['restored']) or 'nothing had been touched'}.",
        details,
    ) from error


def _restore(book: Journal, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Restore every entry, last one first, and see that it took; keep edits made meanwhile."""
    restored: list[str] = []
    kept: list[str] = []
    for entry in reversed(entries):
        kind = KINDS[str(entry["identity"]["kind"])]
        present = kind.read(entry["identity"])
        before: State = entry["before_state"]
        if present.content is not None and present.digest() not in (before.digest(), entry["after"]["sha256"]):
            kept.append(book.keep(entry["label"], present.content))
        kind.restore(entry["identity"], before)
        if kind.read(entry["identity"]) != before:
            raise RestoreError(f"{entry['label']} is still not as it was.", {"path": entry["label"]})
        if present != before:
            restored.append(str(entry["label"]))
    return {"restored": restored, "kept": kept}


def _confirm_unchanged(request: Request, steps: Sequence[Step]) -> dict[str, Any]:
    """The settings are right already; see that the daemon runs with them, and make it if not."""
    # Asked before the look: the look itself makes a daemon start processes that know the new files.
    ports = [read_endpoint(row, to_ascii).port for row in request.confirmation["endpoints"]]
    outdated = workers.find_outdated(ports, request.read_by_workers)
    if not outdated:
        try:
            return confirm.confirm(request.service, dict(request.confirmation, timeout=2))
        except TransactionError:
            # Right on the disk and wrong on the wire: the daemon never took the settings, or a
            # file they name was renewed.
            pass
    # What a start would not survive must not be tried on it.
    with _signals(" Nothing was changed."):
        validated = _validated(request, (), ())
    try:
        return dict(_told_again(request, steps), validated=validated, outdated=outdated, changed=True)
    except TransactionError as error:
        error.details = dict(error.details, phase="confirm", restored=[])
        raise


def _told_again(request: Request, steps: Sequence[Step]) -> dict[str, Any]:
    """Make the daemon take what is on the disk, by the gentlest way that shows on the wire."""
    told = _refresh(steps) if request.verb == unit.LIVE else []
    if told:
        try:
            up = unit.activate(request.units, unit.LIVE, request.settle)
            return dict(confirm.confirm(request.service, dict(request.confirmation, timeout=2)), activated=told + up)
        except TransactionError:
            # It did not take it while it ran; a fresh start will.
            told = []
    verb = "restart" if request.verb == unit.LIVE else request.verb
    activated = unit.activate(request.units, verb, request.settle)
    return dict(confirm.confirm(request.service, request.confirmation), activated=activated)


def _refresh(steps: Sequence[Step]) -> list[str]:
    """Tell running daemons again what they should have; return what was done, in words."""
    return [
        f"told {step.label} again"
        for step in steps if KINDS[str(step.identity["kind"])].refresh(step.identity, step.after)
    ]


@contextmanager
def _signals(consequence: str = "") -> Iterator[None]:
    """Turn a request to end into an exception, so that it leads through the undoing, or ends the test instance."""

    def interrupt(number: int, _frame: Any) -> None:
        for other in _WATCHED:
            # A second request must not cut short what the first one began.
            signal.signal(other, signal.SIG_IGN)
        raise Interrupted(f"The run was asked to end ({signal.Signals(number).name}).{consequence}")

    previous = {number: signal.signal(number, interrupt) for number in _WATCHED}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
