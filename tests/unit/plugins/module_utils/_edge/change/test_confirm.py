# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is served has to be what lies on the disk; a renewed certificate that nobody took in is a failure."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._edge.change import confirm

DER = b"\x30\x03\x02\x01\x07"
SEEN = {"host": "a", "port": 636, "protocol": "ldaps", "certificates": [{"position": 0, "sha256": "0" * 64}]}


def pem_file(folder: Path) -> Path:
    path = folder / "fullchain.pem"
    other = ssl.DER_cert_to_PEM_cert(b"\x30\x03\x02\x01\x08")
    path.write_text("a comment\n" + ssl.DER_cert_to_PEM_cert(DER) + other)
    return path


def test_the_first_certificate_of_a_file_counts(tmp_path: Path) -> None:
    assert confirm.hash_leaf(str(pem_file(tmp_path))) == hashlib.sha256(DER).hexdigest()
    assert confirm.hash_leaf(str(tmp_path / "missing")) is None


def test_another_certificate_on_the_wire_fails(tmp_path: Path) -> None:
    path = str(pem_file(tmp_path))
    (finding,) = confirm._not_in_use([SEEN], {"certificate": path})
    assert finding["control"] == "certificate_in_use" and finding["endpoint"] == "a:636/ldaps"
    assert confirm._failing([finding], {"fail_on": "medium"}) == [finding]
    same = dict(SEEN, certificates=[{"position": 0, "sha256": hashlib.sha256(DER).hexdigest()}])
    assert confirm._not_in_use([same], {"certificate": path}) == []


def test_where_nothing_is_served_or_asked_nothing_is_said(tmp_path: Path) -> None:
    assert confirm._not_in_use([dict(SEEN, certificates=[])], {"certificate": str(pem_file(tmp_path))}) == []
    assert confirm._not_in_use([SEEN], {}) == []


def test_one_endpoint_is_enough_where_sites_have_certificates_of_their_own(tmp_path: Path) -> None:
    how = {"certificate": str(pem_file(tmp_path)), "certificate_scope": "some"}
    same = dict(SEEN, port=637, certificates=[{"position": 0, "sha256": hashlib.sha256(DER).hexdigest()}])
    assert confirm._not_in_use([SEEN, same], how) == []
    assert [item["endpoint"] for item in confirm._not_in_use([SEEN], how)] == ["a:636/ldaps"]


def test_a_certificate_that_was_replaced_is_served_nowhere(tmp_path: Path) -> None:
    same = dict(SEEN, port=637, certificates=[{"position": 0, "sha256": hashlib.sha256(DER).hexdigest()}])
    how = {"certificate": str(pem_file(tmp_path)), "certificate_scope": "some", "replaced": ["0" * 64]}
    (finding,) = confirm._not_in_use([SEEN, same], how)
    assert finding["endpoint"] == "a:636/ldaps" and "still serves" in finding["sentence"]


def test_only_the_controls_that_are_asked_for_count_and_every_error() -> None:
    rows = [{"control": control, "status": status, "severity": "high"} for control, status in (
        ("certificate.names", "fail"), ("certificate_in_use", "fail"), ("protocols", "fail"), ("protocols", "error"))]
    only = {"only": ["certificate", "certificate_in_use"]}
    assert confirm._failing(rows, only) == [rows[0], rows[1], rows[3]] and confirm._failing(rows, {}) == rows


def test_of_one_that_is_not_judged_only_what_it_says_inside_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"host": "a", "port": 1}, {"host": "a", "port": 2, "says": "x", "judged": False}]
    asked: dict[str, Any] = {}
    monkeypatch.setattr(confirm, "observe", lambda endpoints, **options: asked.update(observe=endpoints) or [])
    monkeypatch.setattr(confirm.within_tls, "find_missing", lambda endpoints: asked.update(within=endpoints) or [])
    assert confirm.confirm("x", {"endpoints": rows}) == {"endpoints": [], "findings": []}
    assert asked == {"observe": rows[:1], "within": rows}
