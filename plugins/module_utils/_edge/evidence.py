# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read evidence of other runs, write this one's: each file complete, or not there."""

from __future__ import annotations

import itertools
import json
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change import arguments
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import EvidenceError, IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import (
    make_document,
    make_record,
    place_findings,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.drift import find_drift
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.merge import check_schema, merge_documents
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import show_error
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.judge import judge_listeners
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.report.render import FORMATS, encode_report, render
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import find_failing
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files

SIZE_LIMIT = 1024 * 1024 * 1024
"""Bytes; evidence beyond this would not fit into memory several times over."""

_PIECE = 2 ** 20
_FOLDER_MODE = 0o750
"""Of a folder that is made for evidence: reports name weak spots."""


@dataclass(frozen=True)
class Request:
    """What to report and where.  Fields are the options of the module ``report``."""

    dest: Optional[str]
    name: str = "tls-evidence"
    formats: Sequence[str] = ("html", "json", "text")
    records: Sequence[Mapping[str, Any]] = ()
    observed: Mapping[str, Any] = field(default_factory=dict)
    merge: Sequence[str] = ()
    previous: Optional[str] = None
    exceptions: Sequence[Mapping[str, Any]] = ()
    fail_on: str = "low"
    silent: Sequence[str] = ()
    partial: bool = False
    title: str = "TLS in transit"
    mode: int = 0o640


def report(request: Request, now: datetime, write: bool = True) -> dict[str, Any]:
    """Build the document, write it in every format, return what a play needs.

    Whatever goes wrong with one file or one format, the others are written first.

    Args:
        request: see there.
        now: aware, UTC.
        write: false in check mode: everything but the files.

    Raises:
        ArgumentError: the name of the files is none.
        EvidenceError: a file cannot be read or written, or a format not be made; its details are the result without it.
        PolicyError: an exception cannot be used as it is written.
    """
    arguments.check_name("name", request.name)
    problems: list[str] = []
    # Before anything else: what was seen must not be lost at the end of a run because the folder is missing.
    changed = bool(request.dest) and _folder(str(request.dest), write, problems)
    reasons = dict(request.observed.get("reasons") or {})
    made = _document(request, now, problems, reasons)
    paths: list[str] = []
    for form in request.formats if request.dest else ():
        path = os.path.join(str(request.dest), request.name + FORMATS[form])
        try:
            changed = _write(path, encode_report(form, made), request.mode, write) or changed
            paths.append(path)
        except Exception as error:
            problems.append(f"{path} was not written: {_reason(error)}.")
    result = {
        "changed": changed,
        "paths": paths,
        "summary": made["summary"],
        "verdict": made["summary"]["verdict"],
        "table": _table(made, problems),
        "failing": _failing(made),
        "drift": made.get("drift"),
        "reasons": reasons,
        "empty": list(request.observed.get("empty") or []),
    }
    if problems:
        raise EvidenceError(" ".join(problems), result)
    return result


def _folder(path: str, write: bool, problems: list[str]) -> bool:
    """Make the folder of the evidence if it is missing, and try to write there; return whether it was missing."""
    missing = not os.path.isdir(path)
    try:
        if missing and os.path.lexists(path):
            raise NotADirectoryError(0, "it is not a folder")
        if write and missing:
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
            os.mkdir(path, _FOLDER_MODE)
        if write:
            with tempfile.TemporaryFile(dir=path):
                pass
    except OSError as error:
        problems.append(f"No evidence can be written to {path}: {error.strerror or error}. Give another path.")
    return missing


def _table(made: Mapping[str, Any], problems: list[str]) -> str:
    try:
        return render("text", made)
    except Exception as error:
        problems.append(f"The table could not be made: {_reason(error)}.")
        return f"verdict: {made['summary']['verdict']}"


def _reason(error: Exception) -> str:
    return error.message.rstrip(".") if isinstance(error, IntransitError) else show_error(error)


def _failing(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what makes the run red, each with its place and its remedy."""
    keys = ("host", "endpoint", "control", "status", "severity", "sentence")
    remedies = {name: control.get("remedy") for name, control in made["controls"].items()}
    return [
        {**{key: finding[key] for key in keys}, "remedy": remedies.get(finding["control"])}
        for finding in find_failing(itertools.chain(place_findings(made), made["findings"]), str(made["fail_on"]))
    ]


def _document(request: Request, now: datetime, problems: list[str], reasons: dict[str, str]) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    lost: list[str] = []
    for path in request.merge:
        try:
            parts.append(_read(path))
        except EvidenceError as error:
            # What it holds is missing from here on, and that must not look like a pass.
            problems.append(error.message)
            lost.append(path)
    previous = _previous(request, problems)
    records = [*request.records, *_judged(request, previous, now, reasons)]
    silent = [*request.silent, *sorted(reasons), *lost]
    if records or silent or not parts:
        parts.append(make_document(
            records, now=now, title=request.title, exceptions=request.exceptions, fail_on=request.fail_on,
            silent=silent, partial=request.partial,
        ))
    made = merge_documents(parts, request.title) if len(parts) > 1 else parts[0]
    if previous is not None:
        try:
            made["drift"] = find_drift(previous, made)
        except Exception as error:
            problems.append(f"This run was not compared with {request.previous}: {_reason(error)}.")
    return made


def _previous(request: Request, problems: list[str]) -> Optional[dict[str, Any]]:
    """Return the earlier evidence; None if this is the first run."""
    if not request.previous or not os.path.exists(request.previous):
        return None
    try:
        return _read(request.previous)
    except EvidenceError as error:
        problems.append(f"This run was not compared with {request.previous}: {_reason(error)}.")
        return None


def _judged(
    request: Request, previous: Optional[Mapping[str, Any]], now: datetime, reasons: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield a record for each item of ``observed``; one that cannot be judged is a reason, and its host an error."""
    earlier = (previous or {}).get("hosts") or []
    before = {str(host["host"]): [row["observation"] for row in host["endpoints"]] for host in earlier}
    policies = {name: resolve(policy=policy) for name, policy in (request.observed.get("policies") or {}).items()}
    for item in request.observed.get("observed") or []:
        host = str(item["host"])
        try:
            yield _record(item, policies[item["policy"]], before.get(host, ()), now, request.fail_on)
        except IntransitError as error:
            reasons[host] = " ".join([*([reasons[host]] if host in reasons else []), error.message])


def _record(
    item: Mapping[str, Any], policy: Policy, before: Sequence[Mapping[str, Any]], now: datetime, fail_on: str
) -> dict[str, Any]:
    host, groups, exceptions, days = str(item["host"]), item["groups"], item["exceptions"], int(item["expiry_days"])
    roots, private = ((str(item[key]),) if item.get(key) else () for key in ("ca_file", "private_ca_file"))
    return make_record(
        policy, add_certificates(item["observations"], policy, now, roots, days, private), now=now, host=host,
        groups=groups, exceptions=exceptions, before=before, fail_on=fail_on, expiry_days=days,
        library=item.get("library"),
        vantage=item.get("vantage"), listeners=judge_listeners(
            item.get("listeners") or [], item.get("declared") or [], exceptions, now=now, host=host, groups=groups,
            fail_on=fail_on),
        files=item.get("files"),
    )


def _read(path: str) -> dict[str, Any]:
    try:
        if os.path.getsize(path) > SIZE_LIMIT:
            raise EvidenceError(f"{path} is too large to be read as evidence.")
        with open(path, encoding="utf-8") as stream:
            found = json.load(stream)
        check_schema(found)
    except OSError as error:
        raise EvidenceError(f"Cannot read the evidence {path}: {error.strerror or error}.") from error
    except ValueError as error:
        raise EvidenceError(f"{path} is not JSON: {error}.") from error
    except EvidenceError as error:
        raise EvidenceError(f"{path}: {error.message}") from error
    return dict(found)


def _holds(stream: BinaryIO, content: bytes) -> bool:
    """Whether a file of the same length has this content, without a second copy of it."""
    wanted = memoryview(content)
    return all(stream.read(_PIECE) == wanted[at:at + _PIECE] for at in range(0, len(content), _PIECE))


def _write(path: str, content: bytes, mode: int, write: bool) -> bool:
    try:
        with open(path, "rb") as stream:
            status = os.fstat(stream.fileno())
            same = status.st_size == len(content) and stat.S_IMODE(status.st_mode) == mode and _holds(stream, content)
    except OSError:
        same = False
    if write and not same:
        facts: dict[str, Any] = {"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": mode}
        kept = files.drop_access_list(files.attributes_of(path)[0]) if os.path.isfile(path) else {}
        files.write_state(path, State(dict(facts, attributes=kept) if kept else facts, content))
    return not same
