# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind assignments on real files, read back by a real shell."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import KINDS, step_for

KIND = KINDS["assignments"]
THEIRS = "# theirs\nPASSWORD='a b'\nTLS_PROTOCOL=\"SSL23\"\nOLD=1\n"


def change(path: Path, **values: Any) -> dict[str, Any]:
    return {"kind": "assignments", "path": str(path), "values": values}


def sourced(path: Path, name: str) -> str:
    script = '. "$1"; printf "%s" "${' + name + '-unset}"'
    return subprocess.run(["sh", "-c", script, "sh", str(path)], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("value", ["TLSv1.3++", "NORMAL:-VERS-ALL:+VERS-TLS1.3", "a b", "$(touch x)`id`\"'\\", ""])
def test_a_shell_reads_the_value_and_all_else_is_kept(tmp_path: Path, value: str) -> None:
    path = tmp_path / "imapd-ssl"
    path.write_text(THEIRS)
    step = step_for(change(path, TLS_PROTOCOL=value))
    KIND.apply(step.identity, step.after)
    assert sourced(path, "TLS_PROTOCOL") == value
    assert (sourced(path, "PASSWORD"), sourced(path, "OLD")) == ("a b", "1")
    assert not step_for(change(path, TLS_PROTOCOL=value)).differs
    KIND.restore(step.identity, step.before)
    assert path.read_text() == THEIRS


def test_null_takes_a_key_out_and_a_number_is_text(tmp_path: Path) -> None:
    path = tmp_path / "imapd-ssl"
    path.write_text(THEIRS)
    step = step_for(change(path, OLD=None, MAXDAEMONS=40))
    KIND.apply(step.identity, step.after)
    assert (sourced(path, "OLD"), sourced(path, "MAXDAEMONS")) == ("unset", "40")


def test_bytes_that_are_no_text_and_a_missing_line_end_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "default"
    path.write_bytes(b"NAME=caf\xe9\nSLAPD=1")
    assert step_for(change(path, SLAPD="1")).after.content == b"NAME=caf\xe9\nSLAPD=1"
    assert step_for(change(path, SLAPD="2")).after.content == b"NAME=caf\xe9\nSLAPD=2"


def test_a_link_is_followed_and_mode_and_owner_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text(THEIRS)
    real.chmod(0o640)
    link.symlink_to("real")
    step = step_for(change(link, OLD="2"))
    assert step.identity["path"] == str(real)
    KIND.apply(step.identity, step.after)
    assert link.is_symlink() and sourced(real, "OLD") == "2"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_missing_file_is_refused_unless_it_may_be_created(tmp_path: Path) -> None:
    wish = change(tmp_path / "none", KEY="x")
    with pytest.raises(TransactionError, match="none does not exist.*is the package installed"):
        step_for(wish)
    ours = {"create": True, "owner": str(os.geteuid()), "group": str(os.getegid()), "mode": "0600"}
    step = step_for({**wish, **ours})
    KIND.apply(step.identity, step.after)
    assert sourced(tmp_path / "none", "KEY") == "x"
    KIND.restore(step.identity, step.before)
    assert not (tmp_path / "none").exists()


def test_a_diff_shows_the_changed_line_and_not_the_password(tmp_path: Path) -> None:
    path = tmp_path / "imapd-ssl"
    path.write_text(THEIRS)
    assert step_for(change(path, OLD="2")).shown is None
    # The weak sample: a whole file that this collection did not write is only summed up.
    assert step_for({"kind": "file", "path": str(path), "content": "x"}).shown is not None
