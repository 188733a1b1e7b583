# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module as Ansible runs it: arguments in, one JSON line out, never a traceback, never a secret."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[4]
MODULE = "ansible_collections.intransit.tls.plugins.modules.certificate_info"


def run(**arguments: Any) -> dict[str, Any]:
    given = json.dumps({"ANSIBLE_MODULE_ARGS": arguments})
    done = subprocess.run(
        [sys.executable, "-m", MODULE, given], capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONPATH": str(ROOT / ".cache" / "collections"), "PATH": "/usr/bin:/bin", "HOME": "/root"},
    )  # fmt: skip
    assert done.stdout and "Traceback" not in done.stderr, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.fixture
def files(pki: Any, tmp_path: Path) -> dict[str, str]:
    root, signer = pki.authority()
    end = {"begin": -1, "days": 40}
    # the module reads the real clock, so the sample is made around it
    shift = (datetime.datetime.now(datetime.UTC) - pki.NOW).total_seconds() / 86400
    leaf = pki.certificate(issuer=(root, signer), **{**end, "begin": shift - 1})
    return dict(pki.write(tmp_path, root=pki.pem(root), chain=pki.pem(leaf), key=pki.private(pki.key())))


def test_a_good_set(files: dict[str, str]) -> None:
    owner = Path(files["key"]).owner()
    result = run(
        paths=[files["chain"], files["key"]], policy="intermediate", names=["www.example.org"],
        trust_anchors=[files["root"]], key_owners=[owner],
    )  # fmt: skip
    assert result["compliant"] and not result["changed"] and result["judged_by"] == "policy intermediate"
    assert result["certificates"][0]["leaf"] and result["private_keys"][0]["mode"] == "0600"
    assert result["parser"].startswith("cryptography ")


def test_it_observes_and_does_not_fail(files: dict[str, str]) -> None:
    result = run(paths=[files["chain"], "/nowhere.pem"], names=["other.example.org"], _ansible_check_mode=True)
    assert "failed" not in result and not result["compliant"]
    assert {item["control"] for item in result["findings"] if item["status"] != "pass"} >= {
        "certificate.names", "certificate.readable",
    }  # fmt: skip


def test_an_own_policy(files: dict[str, str]) -> None:
    own = {"extends": "intermediate", "certificate": {"max_lifetime_days": 20, "recommended_lifetime_days": 10}}
    result = run(paths=[files["chain"]], policy=own)
    assert "certificate.lifetime" in {item["control"] for item in result["findings"] if item["status"] == "fail"}


def test_a_wrong_argument_is_a_sentence(files: dict[str, str]) -> None:
    assert "nosuch" in run(paths=[files["chain"]], policy="nosuch")["msg"]
    assert "trust anchor" in run(paths=[files["chain"]], trust_anchors=["/nowhere.pem"])["msg"]


def test_secrets_stay_inside(pki: Any, tmp_path: Path) -> None:
    paths = pki.write(tmp_path, key=pki.private(pki.key(), password=b"geheim"))
    result = run(paths=[paths["key"]], passphrase="geheim")
    assert result["private_keys"][0]["readable"] and result["private_keys"][0]["encrypted"]
    # Since 2.22 Ansible hides secrets on the controller: what people see is what counts.
    given = json.dumps({"paths": [paths["key"]], "passphrase": "geheim", "names": ["geheim.example.org"]})
    done = subprocess.run(
        [sys.executable, "-m", "ansible", "adhoc", "localhost", "--inventory", "localhost,", "--connection", "local",
         "-e", f"ansible_python_interpreter={sys.executable}", "-vvv", "-m", "intransit.tls.certificate_info", "-a", given],
        capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
        env={"ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache" / "collections"), "ANSIBLE_HOME": str(tmp_path), "PATH": "/usr/bin:/bin",
             "HOME": str(tmp_path), "ANSIBLE_INJECT_INVOCATION": "true"},
    )  # fmt: skip
    shown = done.stdout + done.stderr
    assert '"encrypted": true' in shown and ".example.org" in shown, shown
    assert "geheim" not in shown and "PRIVATE KEY" not in shown, shown


def test_the_pem_is_only_given_when_asked_for(files: dict[str, str]) -> None:
    assert run(paths=[files["chain"]])["certificates"][0]["pem"] is None
    asked = run(paths=[files["chain"]], include_pem=True, include_passed=False)
    assert asked["certificates"][0]["pem"] == Path(files["chain"]).read_text()
    assert "pass" not in {item["status"] for item in asked["findings"]}
