# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Evidence files: complete, private, readable again."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import EvidenceError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import record
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._edge.evidence import Request, permissions, report

DATA = Path(__file__).resolve().parents[4] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def rows(host="web1"):
    seen = json.loads((DATA / "http_good.json").read_text(encoding="utf-8"))
    return [record(resolve(), [seen], now=NOW, host=host)]


def test_every_format_is_written_with_the_rights_asked_for(tmp_path):
    result = report(Request(dest=str(tmp_path), records=rows(), formats=("json", "text")), NOW)
    assert result["changed"] and result["verdict"] == "pass"
    assert [os.path.basename(path) for path in result["paths"]] == ["tls-evidence.json", "tls-evidence.txt"]
    assert all(os.stat(path).st_mode & 0o777 == 0o640 for path in result["paths"])
    assert json.loads(Path(result["paths"][0]).read_text(encoding="utf-8"))["summary"] == result["summary"]
    assert sorted(os.listdir(tmp_path)) == ["tls-evidence.json", "tls-evidence.txt"]


def test_check_mode_writes_nothing_and_says_the_same(tmp_path):
    result = report(Request(dest=str(tmp_path), records=rows()), NOW, write=False)
    assert result["changed"] and result["paths"] and not os.listdir(tmp_path)


def test_the_same_evidence_again_changes_nothing(tmp_path):
    report(Request(dest=str(tmp_path), records=rows()), NOW)
    assert not report(Request(dest=str(tmp_path), records=rows()), NOW)["changed"]


def test_a_file_of_the_same_length_is_written_anew(tmp_path):
    path = tmp_path / "tls-evidence.json"
    report(Request(dest=str(tmp_path), records=rows(), formats=("json",)), NOW)
    whole = path.read_bytes()
    path.write_bytes(whole[:-3] + b"?" + whole[-2:])
    path.chmod(0o640)
    assert report(Request(dest=str(tmp_path), records=rows(), formats=("json",)), NOW)["changed"]
    assert path.read_bytes() == whole


def test_without_a_folder_nothing_is_written():
    result = report(Request(dest=None, records=rows()), NOW)
    assert result["paths"] == [] and not result["changed"] and "PASS" in result["table"]


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(TransactionError):
        report(Request(dest=str(tmp_path / "nowhere"), records=rows()), NOW)


def test_files_of_other_slices_are_joined(tmp_path):
    for host in ("web1", "web2"):
        report(Request(dest=str(tmp_path), name=host, formats=("json",), records=rows(host)), NOW)
    files = [str(tmp_path / "web1.json"), str(tmp_path / "web2.json")]
    assert report(Request(dest=None, merge=files), NOW)["summary"]["hosts"] == 2
    assert report(Request(dest=None, merge=files, records=rows("web3")), NOW)["summary"]["hosts"] == 3


@pytest.mark.parametrize("content", [None, "", "[]", '{"schema": "else"}', "{"])
def test_a_file_that_is_no_evidence_is_named(tmp_path, content):
    path = tmp_path / "other.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"other\.json"):
        report(Request(dest=None, merge=[str(path)]), NOW)


def test_permissions_are_octal():
    assert permissions("0600") == 0o600
    with pytest.raises(EvidenceError):
        permissions("rw-r--r--")
