# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind postfix_master on real files: a port and its options are one change, and other entries stay as they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_master import entries
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import KINDS, step_for

KIND = KINDS["postfix_master"]
THEIRS = (
    "# theirs\nsmtp      inet  n       -       y       -       -       smtpd\n  -o smtpd_tls_security_level=none\n"
    "  -o content_filter=scan\npickup    unix  n       -       y       60      1       pickup\n"
)
SUBMISSIONS = {"service": "submissions", "command": "smtpd", "private": "n",
               "options": {"smtpd_tls_wrappermode": True, "smtpd_tls_loglevel": 1, "smtpd_sasl_auth_enable": False}}


def change(path: Path, *services: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "postfix_master", "path": str(path), "services": list(services)}


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = tmp_path / "master.cf"
    path.write_text(THEIRS)
    return path


def test_a_new_port_comes_with_all_its_options_and_goes_again(master: Path) -> None:
    step = step_for(change(master, SUBMISSIONS))
    KIND.apply(step.identity, step.after)
    text = master.read_text()
    assert text.startswith(THEIRS)
    (made,) = [entry for entry in entries(text) if entry.port == 465]
    assert made.effective() == {
        "smtpd_tls_wrappermode": "yes", "smtpd_tls_loglevel": "1", "smtpd_sasl_auth_enable": "no"}
    assert not step_for(change(master, SUBMISSIONS)).differs
    KIND.restore(step.identity, step.before)
    assert master.read_text() == THEIRS


def test_null_takes_an_option_out_and_leaves_the_others(master: Path) -> None:
    wish = {"service": "smtp", "command": "smtpd", "options": {"smtpd_tls_security_level": None}, "private": None}
    step = step_for(change(master, wish))
    assert step.after.content == THEIRS.replace("  -o smtpd_tls_security_level=none\n", "").encode()


def test_of_several_services_all_are_one_change(master: Path) -> None:
    wish = {"service": "smtp", "command": "smtpd", "options": {"smtpd_tls_security_level": "may"}}
    found = {entry.port_name: entry.effective() for entry in entries(
        (step_for(change(master, wish, SUBMISSIONS)).after.content or b"").decode())}
    assert found["smtp"] == {"smtpd_tls_security_level": "may", "content_filter": "scan"}
    assert found["submissions"]["smtpd_tls_wrappermode"] == "yes" and found["pickup"] == {}


def test_what_is_so_already_is_not_written_anew_down_to_a_missing_line_end(master: Path) -> None:
    master.write_bytes(THEIRS.rstrip("\n").encode() + b" # caf\xe9")
    wish = {"service": "smtp", "command": "smtpd", "options": {"smtpd_tls_security_level": "none"}}
    assert not step_for(change(master, wish)).differs
    # The weak sample: another value is a difference.
    assert step_for(change(master, {**wish, "options": {"smtpd_tls_security_level": "may"}})).differs


def test_what_cannot_be_set_is_refused_before_anything(master: Path) -> None:
    with pytest.raises(TransactionError, match="no command"):
        step_for(change(master, {"service": "x"}))
    with pytest.raises(TransactionError, match="lacks services"):
        step_for({"kind": "postfix_master", "path": str(master)})
    with pytest.raises(TransactionError, match="none.cf does not exist.*is Postfix installed"):
        step_for(change(master.with_name("none.cf"), SUBMISSIONS))
    assert master.read_text() == THEIRS
