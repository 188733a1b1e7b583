# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A shadow is a copy that runs, is looked at while it runs, and leaves nothing behind."""

from __future__ import annotations

import os
import pwd
import sys
import urllib.request
from pathlib import Path
from typing import Any, Dict, Mapping

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError, ValidationError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import shadow, validate

SERVER = """
import http.server, os, sys, threading
os.chdir(sys.argv[1])
ports = [int(port) for port in sys.argv[2:]]
servers = [http.server.ThreadingHTTPServer(("127.0.0.1", port), http.server.SimpleHTTPRequestHandler) for port in ports]
for server in servers[1:]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
print("serving")
sys.stdout.flush()
servers[0].serve_forever()
"""


def spec(tree: Path, **more: Any) -> shadow.ShadowSpec:
    start = [sys.executable, "-c", SERVER, "{root}%s" % tree, "{port}", "{port_2}"]
    return shadow.spec_from({"trees": [str(tree)], "start": start, "ports": 2, "settle": 0, "timeout": 10, **more})


def get(port: str, name: str) -> str:
    with urllib.request.urlopen("http://127.0.0.1:%s/%s" % (port, name), timeout=5) as answer:
        return str(answer.read().decode())


def test_the_new_settings_are_what_runs_on_every_port(tmp_path: Path) -> None:
    tree = tmp_path / "etc"
    tree.mkdir()
    (tree / "a").write_text("old")
    (tree / "b").write_text("file=%s/a\n" % tree)
    facts = {"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": 0o644}
    seen: Dict[str, str] = {}

    def look(values: Mapping[str, str]) -> str:
        seen.update(values, a=get(values["port"], "a"), b=get(values["port_2"], "b"))
        return ""

    result = shadow.try_out(spec(tree), {str(tree / "a"): State(facts, b"new")}, look)
    assert result.ok and result.started and "serving" in result.words
    assert seen["a"] == "new"
    assert seen["b"] == "file=%s%s/a\n" % (seen["root"], tree)
    assert not os.path.exists(seen["root"])
    assert (tree / "a").read_text() == "old"


def test_a_narrow_umask_does_not_lock_the_daemon_out(tmp_path: Path) -> None:
    tree = tmp_path / "etc" / "deep"
    tree.mkdir(parents=True)
    modes = []

    def look(values: Mapping[str, str]) -> str:
        folder = values["root"] + str(tree.parent)
        modes.append(os.stat(folder).st_mode & 0o777)
        return ""

    previous = os.umask(0o077)
    try:
        assert shadow.try_out(spec(tree), {}, look).ok
        assert os.umask(0o077) == 0o077
    finally:
        os.umask(previous)
    assert modes == [0o755]


def test_what_a_second_daemon_must_not_touch_is_left_out(tmp_path: Path) -> None:
    tree = tmp_path / "etc"
    (tree / "db=1").mkdir(parents=True)
    for name in ("db=1.ldif", "db=1/overlay.ldif", "db=0.ldif"):
        (tree / name).write_text("x")
    found: Dict[str, Any] = {}

    def look(values: Mapping[str, str]) -> str:
        found["names"] = sorted(os.listdir(values["root"] + str(tree)))
        return ""

    assert shadow.try_out(spec(tree, omit=r"/db=[1-9]"), {}, look).ok
    assert found["names"] == ["db=0.ldif"]


def test_staged_files_become_part_of_the_copy_by_a_command(tmp_path: Path) -> None:
    tree = tmp_path / "etc"
    tree.mkdir()
    (tree / "a").write_text("old\n")
    staged, facts = str(tmp_path / "new"), {"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": 0o644}
    prepare = [[staged, ["sh", "-c", "grep -q good {root}%s && cat {root}%s >> {root}%s/a" % (staged, staged, tree)]]]
    seen = []

    def look(values: Mapping[str, str]) -> str:
        seen.append(get(values["port"], "a"))
        return ""

    account = pwd.getpwuid(os.geteuid()).pw_name
    described = spec(tree, prepare=prepare, owner=account)
    assert shadow.try_out(described, {staged: State(facts, b"good\n")}, look).ok
    assert shadow.try_out(described, {}, look).ok
    assert seen == ["old\ngood\n", "old\n"]
    refused = shadow.try_out(described, {staged: State(facts, b"bad\n")}, look)
    assert not refused.ok and not refused.started and "ended with 1" in refused.reason
    assert len(seen) == 2


def test_what_is_seen_wrong_is_a_refusal_of_its_own(tmp_path: Path) -> None:
    result = shadow.try_out(spec(tmp_path), {}, lambda _values: "no TLS here")
    assert not result.ok and result.started and result.reason == "no TLS here"


def test_one_that_does_not_come_up_is_not_looked_at(tmp_path: Path) -> None:
    result = shadow.try_out(spec(tmp_path, start=["sh", "-c", "echo no key; exit 3"]), {}, lambda _values: "looked")
    assert not result.ok and not result.started and "ended with 3" in result.reason and result.words == "no key"


def test_endpoints_are_judged_while_it_runs(tmp_path: Path) -> None:
    plain = {"host": "127.0.0.1", "port": "{port_2}", "protocol": "http"}
    how = {"shadow": {"trees": [str(tmp_path)], "ports": 2, "settle": 0, "endpoints": [plain],
                      "start": [sys.executable, "-c", SERVER, "{root}%s" % tmp_path, "{port}", "{port_2}"]}}
    with pytest.raises(ValidationError, match="not do what was asked for(.|\n)*Plaintext is not refused"):
        validate.validate("x", how, (), {"policy": "intermediate"})
    del how["shadow"]["endpoints"]
    assert "started" in validate.validate("x", how, ())


def test_a_spec_that_nobody_understands_is_refused() -> None:
    with pytest.raises(TransactionError, match="unknown .*endpoint.*missing .*trees"):
        shadow.spec_from({"start": ["x"], "endpoint": []})


def test_what_a_glob_includes_from_outside_is_the_copy(tmp_path: Path) -> None:
    tree, outside = tmp_path / "etc", tmp_path / "opt"
    tree.mkdir()
    outside.mkdir()
    (outside / "a.conf").write_text("Listen 8081\n")
    (tree / "main").write_text("Include %s/*.conf\n" % outside)
    seen: Dict[str, str] = {}

    def look(values: Mapping[str, str]) -> str:
        seen["main"] = get(values["port"], "main")
        seen["included"] = Path(values["root"] + str(outside / "a.conf")).read_text()
        seen["root"] = values["root"]
        return ""

    rules = {"include": r"(?m)^Include (/\S+)", "rewrite": [["Listen .*", "# none"]]}
    assert shadow.try_out(spec(tree, **rules), {}, look).ok
    assert seen["main"] == "Include %s%s/*.conf\n" % (seen["root"], outside)
    assert seen["included"] == "# none\n"
    assert (outside / "a.conf").read_text() == "Listen 8081\n"


def test_an_open_port_is_not_enough_where_a_file_says_ready(tmp_path: Path) -> None:
    tree = tmp_path / "etc"
    tree.mkdir()
    waiting = shadow.try_out(spec(tree, ready="{root}/never", timeout=1), {})
    assert not waiting.ok and "passphrase" in waiting.reason
    assert shadow.try_out(spec(tree, ready="{root}%s" % tree), {}).ok
