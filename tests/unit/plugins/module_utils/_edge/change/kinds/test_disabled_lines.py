# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind disabled_lines on real files: the lines that were seen become comments, and no other line ever does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.disabled_lines import MARK
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import KINDS, step_for

KIND = KINDS["disabled_lines"]
SITE = "<VirtualHost *:443>\n  SSLProtocol all\n  SSLCipherSuite HIGH:\\\n    RC4\n  ServerName a\n</VirtualHost>\n"


def change(path: Path, *lines: "tuple[int, str]") -> dict[str, Any]:
    return {"kind": "disabled_lines", "path": str(path), "lines": [{"number": n, "text": text} for n, text in lines]}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.conf"
    path.write_text(SITE)
    return path


def test_a_line_becomes_a_comment_and_comes_back(site: Path) -> None:
    step = step_for(change(site, (2, "SSLProtocol  all")))
    KIND.apply(step.identity, step.after)
    lines = site.read_text().split("\n")
    assert lines[1] == MARK + "SSLProtocol all"
    assert lines[:1] + lines[2:] == SITE.split("\n")[:1] + SITE.split("\n")[2:]
    KIND.restore(step.identity, step.before)
    assert site.read_text() == SITE


def test_a_directive_over_several_lines_goes_as_a_whole(site: Path) -> None:
    step = step_for(change(site, (4, "SSLCipherSuite HIGH: RC4")))
    lines = (step.after.content or b"").decode().split("\n")
    assert lines[2:5] == [MARK + "SSLCipherSuite HIGH:", MARK + "RC4", "  ServerName a"]


def test_several_lines_are_one_change(site: Path) -> None:
    step = step_for(change(site, (2, "SSLProtocol all"), (4, "SSLCipherSuite HIGH: RC4")))
    assert (step.after.content or b"").count(MARK.encode()) == 3


@pytest.mark.parametrize(("number", "text"), [
    (2, "SSLProtocol -all"), (2, "SSLProtocol all x"), (1, "SSLProtocol all"), (5, "SSLProtocol all"),
    (4, "SSLCipherSuite RC4"), (3, "SSLCipherSuite HIGH: RC4"), (99, "SSLProtocol all"), (2, ""),
])
def test_a_line_that_is_no_longer_what_was_seen_stops_the_run(site: Path, number: int, text: str) -> None:
    with pytest.raises(TransactionError, match=f"Line {number} of .*site.conf is no longer") as caught:
        step_for(change(site, (number, text)))
    assert caught.value.details == {"path": str(site), "line": number}
    assert site.read_text() == SITE


def test_a_variable_may_stand_for_anything_and_nothing_else_may(site: Path) -> None:
    site.write_text("SSLCertificateFile ${DIR}/a.pem\n")
    assert step_for(change(site, (1, "SSLCertificateFile /etc/ssl/a.pem"))).differs
    for other in ("SSLCertificateFile /etc/ssl/b.pem", "SSLCertificateKeyFile /etc/ssl/a.pem", "SSLCertificateFile /etc/aXpem"):
        with pytest.raises(TransactionError, match="is no longer"):
            step_for(change(site, (1, other)))


def test_a_file_that_is_gone_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(TransactionError, match="none.conf is gone; run again"):
        step_for(change(tmp_path / "none.conf", (1, "x")))


def test_a_link_is_followed_and_bytes_that_are_no_text_are_kept(tmp_path: Path) -> None:
    (tmp_path / "real.conf").write_bytes(b"# caf\xe9\r\nSSLProtocol all\n")
    (tmp_path / "enabled.conf").symlink_to("real.conf")
    step = step_for(change(tmp_path / "enabled.conf", (2, "SSLProtocol all")))
    assert step.identity["path"] == str(tmp_path / "real.conf")
    assert step.after.content == b"# caf\xe9\r\n" + MARK.encode() + b"SSLProtocol all\n"
