# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""service_config as Ansible runs it, up to the point where a real daemon is needed (molecule has those)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format.formats import FORMATS
from ansible_collections.intransit.tls.plugins.modules import service_config

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the journal is below /var/lib and belongs to root")


def arguments(path: Path, **more: Any) -> dict[str, Any]:
    return {
        "name": "unit-test",
        "changes": [{"kind": "file", "path": str(path), "content": "new\n"}],
        "validation": {"command": ["grep", "-q", "new", f"{{staged:{path}}}"]},
        "activation": {"settle": 0.0},
        **more,
    }


def test_check_then_change_then_nothing(tmp_path: Path, run_module: Any) -> None:
    path = tmp_path / "a.conf"
    foreseen = run_module("service_config", **arguments(path, _ansible_check_mode=True))
    assert foreseen["changed"] and not path.exists()
    assert "+new" in foreseen["diff"][0]["prepared"]
    assert run_module("service_config", **arguments(path))["changed"] and path.read_text() == "new\n"
    assert not run_module("service_config", **arguments(path))["changed"]


def test_a_change_is_kept_and_taken_back(tmp_path: Path, run_module: Any) -> None:
    path = tmp_path / "a.conf"
    path.write_text("old\n")
    path.chmod(0o640)
    validation = {"command": ["true"]}
    made = run_module("service_config", **arguments(path, validation=validation))
    assert made["committed"] == made["kept"][-1]["name"]
    back = run_module("service_config", name="unit-test", restore=made["committed"])
    assert back["changed"] and back["restores"] == made["committed"] and path.read_text() == "old\n"
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(("more", "words"), [
    ({}, "one of the following is required"), ({"restore": "last", "changes": []}, "mutually exclusive"),
    ({"changes": []}, "missing parameter(s) required by 'changes'"), ({"restore": "never"}, "has the name never"),
])
def test_either_changes_or_a_kept_change_is_needed(more: dict[str, Any], words: str, run_module: Any) -> None:
    result = run_module("service_config", name="unit-test", **more)
    assert result["failed"] and words in result["msg"], result


def test_a_refusal_is_a_failure_with_the_validators_words(tmp_path: Path, run_module: Any) -> None:
    path = tmp_path / "a.conf"
    result = run_module("service_config", **arguments(path, validation={"command": ["sh", "-c", "echo no such thing; exit 1"]}))
    assert result["failed"] and result["error"] == "ValidationError" and "no such thing" in result["msg"]
    assert not path.exists()


def test_a_unit_that_is_not_there_undoes_everything(tmp_path: Path, run_module: Any) -> None:
    path = tmp_path / "a.conf"
    path.write_text("old\n")
    result = run_module("service_config", **arguments(path, activation={"units": ["no-such-unit.service"], "settle": 0.0}))
    assert result["failed"] and path.read_text() == "old\n", result


def test_an_empty_validation_is_refused(tmp_path: Path, run_module: Any) -> None:
    result = run_module("service_config", **arguments(tmp_path / "a.conf", validation={}))
    assert result["failed"] and "names no validator" in result["msg"]


@pytest.mark.parametrize("name", ["../../x", "a/b", "/etc", "..", "", "a\0b"])
def test_a_name_that_leaves_the_folder_of_the_journals_is_refused(tmp_path: Path, name: str, run_module: Any) -> None:
    # Ansible's own line in the system log could not hold a zero byte; without that line it is our module that refuses.
    result = run_module("service_config", **arguments(tmp_path / "a.conf", name=name, _ansible_no_log=True))
    assert result["failed"] and result["error"] == "ArgumentError" and "name is" in result["msg"]


@pytest.mark.parametrize(("more", "words"), [
    ({"mode": 640}, "mode is 640"), ({"mode": "-1"}, "mode is '-1'"), ({"mode": "06755"}, "mode is '06755'"),
    ({"path": "/etc/x\0y"}, "control character"),
    ({"kind": "edited_file", "format": "disabled_lines", "lines": [{"number": 0, "text": "x"}]}, "changes[0].lines[0].number is 0"),
])
def test_odd_values_are_sentences(tmp_path: Path, more: dict[str, Any], words: str, run_module: Any) -> None:
    change = {"kind": "file", "path": str(tmp_path / "a.conf"), "content": "new\n", **more}
    result = run_module("service_config", **arguments(tmp_path / "a.conf", changes=[change]))
    assert result["failed"] and words in result["msg"], result
    assert not list(tmp_path.iterdir())


# One line each; nothing of them may be seen in a result, whatever the key is called.
SECRETS = (
    "SetEnv DB_PASS {}", "SetEnv DB_PWD {}", 'RequestHeader set Authorization "Basic {}"', "RequestHeader set X-Api-Key {}",
    "ProxyPass /a http://user:{}@backend/", "SetEnv ACCESS_KEY {}", 'DBDParams "host=db pass={}"', "SetEnv DATABASE_URL db://u:{}@h",
    "SetEnv JWT_SIGNING_KEY {}", "SetEnv default_pw {}", "Use Site {}", "AuthUserFile /srv/{}", "SetEnv PLAIN {}", "# {}",
    "BrowserMatch {} x", "SetEnv SPLIT \\\n  {}",
)


def canaries(form: str = "  {}") -> str:
    return "".join(form.format(line.format(f"CANARY{number:02d}")) + "\n" for number, line in enumerate(SECRETS))


def whole(state: str) -> Any:
    def change(tmp_path: Path) -> dict[str, Any]:
        (tmp_path / "x").write_text(canaries("{}"))
        more = {"present": {"content": "# by intransit.tls\n"}, "link": {"target": "y"}, "absent": {}}[state]
        return {"kind": "file", "path": str(tmp_path / "x"), "state": state, **more}
    return change


def lines_of(form: str, line: str, **more: Any) -> Any:
    def change(tmp_path: Path) -> dict[str, Any]:
        around = canaries("# {}" if form == "postfix_master" else "{}")
        (tmp_path / "x").write_text(around + line + "\n" + around)
        if form == "disabled_lines":
            more["lines"] = [{"number": around.count("\n") + 1, "text": line}]
        return {"kind": "edited_file", "format": form, "path": str(tmp_path / "x"), **more}
    return change


@pytest.mark.parametrize("make", [
    whole("present"), whole("link"), whole("absent"),
    lines_of("assignments", "TLS_PROTOCOL=old", values={"TLS_PROTOCOL": "new"}),
    lines_of("keywords", "TLS_CACERT old", values={"TLS_CACERT": "new"}),
    lines_of("postfix_main", "smtpd_tls_security_level = may", values={"smtpd_tls_security_level": "encrypt"}),
    lines_of("postfix_master", "smtp inet n - y - - smtpd",
             services=[{"service": "smtp", "command": "smtpd", "options": {"smtpd_tls_security_level": "encrypt"}}]),
    lines_of("disabled_lines", "SSLProtocol all"),
])
@pytest.mark.parametrize("outcome", ["changed", "refused", "undone"])
def test_nothing_of_anothers_file_is_in_a_result(tmp_path: Path, make: Any, outcome: str, run_module: Any) -> None:
    change = make(tmp_path)
    more: dict[str, Any] = {"validation": {"command": ["false" if outcome == "refused" else "true"]}}
    if outcome == "undone":
        more["activation"] = {"units": ["no-such-unit.service"], "settle": 0.0}
    flags = {"_ansible_diff": True, "_ansible_verbosity": 3}
    result = run_module("service_config", **arguments(tmp_path / "x", changes=[change], **more, **flags))
    assert result.get("failed", False) == (outcome in ("refused", "undone")), result
    assert "CANARY" not in str(result)
    if outcome == "changed":
        shown = result["diff"][0]["prepared"]
        assert change["kind"] != "file" or "sha256" in shown
        assert change["kind"] != "disabled_lines" or "-SSLProtocol all" in shown


def test_the_canaries_would_be_found(tmp_path: Path, run_module: Any) -> None:
    """The weak sample: a file of ours is shown, so the test above can fail."""
    path = tmp_path / "a.conf"
    path.write_text("# intransit.tls\nPLAIN CANARY\n")
    result = run_module("service_config", **arguments(path, _ansible_check_mode=True))
    assert "CANARY" in str(result["diff"])


@pytest.mark.parametrize("hidden", [True, False])
def test_a_password_that_a_check_prints_is_hidden_if_it_is_a_variable(tmp_path: Path, hidden: bool, run_module: Any) -> None:
    path = tmp_path / "a.conf"
    path.write_text("# intransit.tls\nold\n")
    words = 'echo "${PASSWORD}"; exit 1' if hidden else "echo CANARY; exit 1"
    check = {"name": "login", "command": ["sh", "-c", words]}
    result = run_module("service_config", **arguments(
        path, continuity={"checks": [check], "environment": {"PASSWORD": "CANARY" if hidden else "other"}}))
    assert "check login of tls_continuity fails already" in result["msg"]
    assert ("CANARY" in str(result)) is not hidden


def test_every_format_can_be_asked_for() -> None:
    assert set(service_config.ARGUMENTS["changes"]["options"]["format"]["choices"]) == set(FORMATS)
