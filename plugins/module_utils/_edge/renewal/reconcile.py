# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One service: renew its certificate if that is due, and see that the daemon serves the one in its file.

The file and the wire are compared in each run, whether something was due or not.  So a hook that failed, a reload that
did nothing and a run that was cut off are found by the next run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.acme import REFUSED, explain_failure
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError, IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.renewal import adopted, rows
from ansible_collections.intransit.tls.plugins.module_utils._core.renewal.clock import find_early
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert import check
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.set import SetRequest, bring
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import transaction
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal.order import ROOT, ask_directory
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal.refused import Refusals

RENEW_NOW = 36500
"""More days than any certificate has left."""
REST = timedelta(hours=36)
"""How long nothing is ordered after a certificate came that is not fit for use: directories count what they issue."""


Clock = Callable[[], datetime]


@dataclass
class Outcome:
    """What became of one service."""

    row: Optional[dict[str, Any]] = None
    """As ``renewal.rows.make_row`` makes it; None if nothing is known."""
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def bring_service(job: Mapping[str, Any], secrets: Mapping[str, str], clock: Clock, forced: bool = False,
                  present: Sequence[Mapping[str, Any]] = (), root: str = ROOT) -> Outcome:
    """Renew what is due and deploy what is not served.

    Args:
        job: of the service.
        secrets: for the issuer.
        clock: returns the time, which goes on while a certificate is ordered.
        forced: renew although nothing is due.
        present: rows of other services of this run.
        root: folder of the program's own state.
    """
    return _Service(job, secrets, clock, forced, root).bring(present)


class _Service:
    """One service in one run."""

    def __init__(self, job: Mapping[str, Any], secrets: Mapping[str, str], clock: Clock, forced: bool, root: str
                 ) -> None:
        self.job, self.secrets, self.clock, self.forced, self.root = job, secrets, clock, forced, root
        self.outcome = Outcome()

    def bring(self, present: Sequence[Mapping[str, Any]]) -> Outcome:
        """Do all of it."""
        gates = [self._bring_entry(entry) for entry in self.job["entries"]]
        served = next((gate for gate in gates if self._is_served(gate)), gates[0])
        unfit = dict.fromkeys(sentence for gate in gates for sentence in gate["problems"])
        done: Mapping[str, Any] = {}
        if unfit:
            self.outcome.problems.append(
                f"{' '.join(unfit)} The daemon was not told to read it and goes on with what it serves until it is "
                "restarted. Correct or replace the file before that.")
        else:
            try:
                done = transaction.execute(_make_request(self.job, served.get("staged")))
            except IntransitError as error:
                self.outcome.problems.append(error.message)
        self.outcome.row = rows.make_row(self.job, served, done, present)
        return self.outcome

    def _is_served(self, gate: Mapping[str, Any]) -> bool:
        return bool(gate["files"]["fullchain"] == self.job["certificate"]["fullchain"])

    def _bring_entry(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is known of a certificate, renewed if that was due and possible."""
        if entry["source"] != "acme":
            return self._look(entry)
        request = self._make_set_request(entry)
        try:
            gate = bring(replace(request, renew_days=RENEW_NOW) if self.forced else request, self.clock())
        except IntransitError as error:
            return {"problems": [error.message], "certificates": [], "files": {"fullchain": entry["fullchain"]}}
        if not gate["due"]:
            return gate
        try:
            return self._renew(entry, request, gate)
        except IntransitError as error:
            self.outcome.problems.append(explain_failure(
                error.message, "This host", entry, self.job["acme"]["directory"], orderer="this host"))
            # What is in use may be fit for use all the same.
            return {**gate, "staged": None}

    def _renew(self, entry: Mapping[str, Any], request: SetRequest, gate: Mapping[str, Any]) -> dict[str, Any]:
        now = self.clock()
        early = find_early(now, gate["certificates"])
        refusals = Refusals(self.root)
        last = refusals.read_last(request.path)
        if early:
            raise CertificateError(early)
        if last is not None and not self.forced and last <= now < last + REST:
            raise CertificateError(
                f"{REFUSED} A certificate that came at {last:%Y-%m-%d %H:%M} UTC was not fit for use, and directories "
                f"limit what they issue for the same names. The next order is made after {last + REST:%Y-%m-%d %H:%M} "
                "UTC. Correct the reason, then run intransit-tls-renew --now.")
        issued = ask_directory(entry, self.job["acme"], self.secrets, self.root)
        self.outcome.notes += issued.notes
        try:
            made = bring(replace(request, certificate=issued.leaf, chain=issued.chain,
                                 private_key=issued.private_key or None), self.clock())
        except CertificateError:
            refusals.add(request.path, now)
            raise
        refusals.remove(request.path)
        return made

    def _look(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Judge files that another program keeps, or that the controller issues."""
        result = check.check(check.Request(
            paths=[path for path in (entry["private_key"], entry["fullchain"], entry["chain"]) if path],
            names=entry["names"], policy=self.job["policy"], accept=entry["accept"], min_days_left=0,
            key_owners=("root", entry["owner"]), key_groups=("ssl-cert", entry["group"]), passes=False), self.clock())
        self._warn(entry, result)
        lacking = [] if result["private_keys"] else [f"{entry['private_key']} holds no private key."]
        return {**result, "problems": [*result["problems"], *lacking], "files": {"fullchain": entry["fullchain"]}}

    def _warn(self, entry: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Say what certbot's own settings do to a certificate of its."""
        path = adopted.find_settings(entry["fullchain"])
        leaf = next((item for item in result["certificates"] if item["leaf"]), None)
        if path is not None and leaf is not None and os.path.isfile(path):
            with open(path, encoding="utf-8", errors="replace") as stream:
                said = adopted.judge_certbot(path, stream.read(65536), leaf["lifetime_days"])
            self.outcome.notes += [said] if said else []

    def _make_set_request(self, entry: Mapping[str, Any]) -> SetRequest:
        return SetRequest(
            path=entry["directory"], stage=True, share=True, bundle=entry["bundle_form"], owner=entry["owner"],
            group=entry["group"], mode=entry["mode"], policy=self.job["policy"], names=entry["names"],
            key_type=entry["key_type"], key_size=entry["key_size"] or None, curve=entry["curve"] or None,
            origin=self.job["acme"]["directory"], renew_days=entry["renew_days"] or None, accept=entry["accept"])


def _make_request(job: Mapping[str, Any], staged: Optional[str]) -> transaction.Request:
    how = job["transaction"]
    activation = how["activation"]
    moved = [{"kind": "certificate_set", "path": job["certificate"]["directory"], "target": staged}] if staged else []
    return transaction.Request(
        service=job["service"], changes=(*moved, *how["changes"]), validation=how["validation"],
        units=tuple(activation.get("units") or ()), verb=activation.get("verb") or "reload",
        read_by_workers=tuple(activation.get("read_by_workers") or ()),
        confirmation={**how["confirmation"], "policy": job["policy"]}, continuity=how["continuity"], lock_timeout=300.0)
