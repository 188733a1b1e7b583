# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind revocation_list on real files: lists that openssl signed are brought, those that would lock clients out are refused."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Step
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError, ValidationError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import find_kind, plan_step

CONFIGURATION = "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ncertificate=ca.pem\nprivate_key=ca.key\n"


def make_authority(folder: Path, name: str) -> Path:
    place = folder / name
    place.mkdir()
    (place / "index.txt").write_text("")
    (place / "ca.cnf").write_text(CONFIGURATION)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", "ca.key", "-out", "ca.pem",
         "-subj", f"/CN={name}", "-days", "2"], cwd=place, check=True, capture_output=True)
    return place


def sign_list(place: Path, *how: str) -> str:
    words = how or ("-crldays", "2")
    subprocess.run(["openssl", "ca", "-config", "ca.cnf", "-gencrl", "-out", "ca.crl", *words], cwd=place, check=True, capture_output=True)
    return (place / "ca.crl").read_text()


@pytest.fixture(name="own")
def fixture_own(tmp_path: Path) -> Path:
    return make_authority(tmp_path, "own")


def plan(own: Path, **change: Any) -> Step:
    return plan_step({"kind": "revocation_list", "path": str(own / "list.pem"), "ca_file": str(own / "ca.pem"), **change})


@pytest.mark.skipif(os.geteuid() != 0, reason="the file is root's")
def test_a_list_is_brought_and_taken_back(own: Path) -> None:
    step = plan(own, content=sign_list(own))
    kind = find_kind(step.change)
    kind.apply(step.identity, step.after)
    assert (own / "list.pem").read_text() == sign_list(own) or (own / "list.pem").read_text().startswith("-----BEGIN X509 CRL")
    assert (own / "list.pem").stat().st_mode & 0o777 == 0o644
    assert not plan(own, content=(own / "list.pem").read_text()).differs
    kind.restore(step.identity, step.before)
    assert not (own / "list.pem").exists()


def test_the_list_of_a_file_on_the_host_can_stand_with_its_authorities(own: Path) -> None:
    text = sign_list(own)
    step = plan(own, source=str(own / "ca.crl"), with_authorities=True)
    assert step.after.content is not None
    assert step.after.content.decode().startswith((own / "ca.pem").read_text()) and step.after.content.decode().endswith(text)
    assert "BEGIN" not in str(step.shown)


def test_an_expired_list_is_refused_and_the_one_in_use_stays(own: Path) -> None:
    (own / "list.pem").write_text(sign_list(own))
    before = (own / "list.pem").read_text()
    expired = sign_list(own, "-crl_lastupdate", "20200101000000Z", "-crl_nextupdate", "20200102000000Z")
    with pytest.raises(ValidationError, match="nothing was changed: the list of .*own expired at 2020-01-02 00:00:00 UTC.*list in use stays"):
        plan(own, content=expired)
    assert (own / "list.pem").read_text() == before


def test_a_list_of_another_authority_or_none_is_refused(own: Path, tmp_path: Path) -> None:
    other = make_authority(tmp_path, "other")
    with pytest.raises(ValidationError, match="not signed by an authority of the clients"):
        plan(own, content=sign_list(other))
    with pytest.raises(ValidationError, match="holds no revocation list"):
        plan(own, content="nothing\n")
    with pytest.raises(ValidationError, match="is not there"):
        plan(own, source=str(own / "absent"))
    with pytest.raises(TransactionError, match="either `content` or `source`"):
        plan(own)


def test_authorities_are_found_through_the_link_of_a_certificate_set(own: Path, tmp_path: Path) -> None:
    (tmp_path / "set").symlink_to(own)
    assert plan(own, content=sign_list(own), ca_file=str(tmp_path / "set" / "ca.pem")).differs
