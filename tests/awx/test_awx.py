# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""playbooks/awx.yml against a stub of AWX: awx.awx checks the option names, the stub the rest, as far as it can.

stub.py says what this cannot prove.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from stub import TOKEN, Server, Stub

ROOT = Path(__file__).resolve().parents[2]
SECRET = "canary-of-a-passphrase"
VARIABLES: dict[str, Any] = {
    "tls_awx_project_url": "https://git.example.test/tls.git",
    "tls_awx_image": "registry.example.test/tls-ee:1",
    "tls_awx_inventory_file": "inventory/hosts.yml",
    "tls_awx_inventories": ["Data centre"],
    "tls_awx_credentials": ["SSH key"],
    "tls_awx_secrets": [
        {"name": "Our CA", "type": "ca", "inputs": {"passphrase": SECRET}},
        {"name": "Our account", "type": "acme", "inputs": {"account_key": SECRET, "passphrase": SECRET}},
        {"name": "Our check", "type": "bind", "inputs": {"password": SECRET}},
    ],
    "tls_awx_extra_vars": {"tls_ca_directory": "/srv/tls/ca"},
    "tls_awx_pci_hosts": "shop",
    "tls_awx_slices": 4,
    "tls_awx_notification": {"type": "webhook", "configuration": {
        "url": "https://chat.example.test/hook", "http_method": "POST", "headers": {}, "username": "", "password": "",
        "disable_ssl_verification": False}},
}
READS = {"TLS: merge", "TLS: verify", "TLS: discover", "TLS: observe"}


class Awx:
    """The stub on its port, and the playbook run against it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stub = Stub(ROOT, [
            ("organizations", {"name": "Other"}),
            ("inventories", {"name": "Data centre", "organization": 1}),
            ("credential_types", {"name": "Machine", "kind": "cloud"}),
            ("credentials", {"name": "SSH key", "credential_type": 3}),
        ])
        self.server = Server(self.stub)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.first = self.run()
        self.made = self.stub.writes
        self.second = self.run()
        self.kept = self.stub.writes - self.made

    def run(self, playbook: str = "intransit.tls.awx", **differing: Any) -> subprocess.CompletedProcess[str]:
        """Run the playbook, all that it says included."""
        file = self.folder / "variables.json"
        file.write_text(json.dumps({**VARIABLES, **differing}))
        return subprocess.run(
            [Path(sys.executable).parent / "ansible-playbook", "-v", "--diff", playbook, "-e", f"@{file}"],
            cwd=self.folder, capture_output=True, text=True, check=False,
            env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "NO_COLOR": "1",
                 "CONTROLLER_HOST": f"http://127.0.0.1:{self.server.server_port}", "CONTROLLER_OAUTH_TOKEN": TOKEN},
        )

    def weaken(self, name: str, old: str, new: str) -> subprocess.CompletedProcess[str]:
        """Run a copy of the playbook in which a text is another one."""
        folder = self.folder / "weak"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(ROOT / "playbooks", folder)
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))
        return self.run(str(folder / "awx.yml"))


@pytest.fixture(scope="module")
def awx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Awx]:
    """Give the stub after two runs."""
    found = Awx(tmp_path_factory.mktemp("awx"))
    yield found
    found.server.shutdown()


def recap(answer: subprocess.CompletedProcess[str]) -> dict[str, int]:
    line = next(line for line in answer.stdout.splitlines() if line.startswith("localhost "))
    return {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", line)}


def test_first_run_creates(awx: Awx) -> None:
    assert awx.first.returncode == 0, awx.first.stdout[-3000:] + awx.first.stderr[-1000:]
    assert recap(awx.first)["changed"] > 10
    assert len(awx.stub.items["job_templates"]) == 8


def test_second_run_changes_nothing(awx: Awx) -> None:
    assert awx.second.returncode == 0, awx.second.stdout[-3000:]
    assert recap(awx.second)["changed"] == 0
    assert awx.kept == 0


def test_no_secret_is_shown(awx: Awx) -> None:
    for answer in (awx.first, awx.second):
        assert SECRET not in answer.stdout + answer.stderr
    stored = awx.stub.named("credentials", "Our CA")
    assert stored["inputs"] == {"passphrase": SECRET}
    assert not any(SECRET in item["extra_vars"] for item in awx.stub.items["job_templates"].values())


def test_secrets_reach_jobs_that_need_them(awx: Awx) -> None:
    for name, item in ((item["name"], item) for item in awx.stub.items["job_templates"].values()):
        credentials = awx.stub.linked("job_templates", item, "credentials")
        variables = json.loads(item["extra_vars"])
        if name in ("TLS: enforce", "TLS: renew", "TLS: restore"):
            assert credentials == ["Our CA", "Our account", "Our check", "SSH key"]
            assert variables["tls_ca_passphrase"] == "{{ lookup('ansible.builtin.env', 'TLS_CA_PASSPHRASE') }}"
            assert item["ask_job_type_on_launch"] and item["ask_limit_on_launch"]
        else:
            assert credentials == ["SSH key"]
            assert set(variables) == {"tls_ca_directory", *(["tls_slices"] if name in ("TLS: verify", "TLS: merge") else [])}
            assert not item["ask_job_type_on_launch"] and not item["ask_limit_on_launch"]
        assert not item["ask_variables_on_launch"]


def test_auditors_may_only_look(awx: Awx) -> None:
    assert set(awx.stub.may("TLS auditors")) == {f"execute_role {name}" for name in READS}
    operators = set(awx.stub.may("TLS operators"))
    assert f"execute_role {'TLS: enforce'}" in operators
    assert {row.split()[0] for row in operators if row.endswith("enforce in waves, verify")} == {
        "execute_role", "approval_role"}


def test_workflow_is_linked(awx: Awx) -> None:
    nodes = {item["identifier"]: item for item in awx.stub.items["workflow_job_template_nodes"].values()}
    linked = {name: (awx.stub.linked("workflow_job_template_nodes", item, "always_nodes"),
                     awx.stub.linked("workflow_job_template_nodes", item, "success_nodes")) for name, item in nodes.items()}
    assert linked == {"verify_before": (["approve"], []), "approve": ([], ["enforce"]),
                      "enforce": ([], ["verify_after"]), "verify_after": ([], [])}
    assert nodes["approve"]["unified_job_template"] in awx.stub.items["workflow_approval_templates"]


def test_schedules(awx: Awx) -> None:
    rows = {item["name"]: item for item in awx.stub.items["schedules"].values()}
    assert len(rows) == 4
    assert all(item["enabled"] for item in rows.values())
    assert rows["TLS: verify PCI every quarter"]["extra_data"] == {"tls_hosts": "shop", "tls_profile": "pci"}


def test_groups_of_data_classes(awx: Awx, tmp_path: Path) -> None:
    """The constructed inventory is read by ansible-core itself."""
    source = next(item for item in awx.stub.items["inventory_sources"].values() if item["source"] == "constructed")
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {
        "a": {"tls_data_class": "secret"}, "b": {"tls_data_class": "public"}, "c": {}, "d": {"tls_data_class": ""}}}}))
    (tmp_path / "constructed.yml").write_text(source["source_vars"])
    answer = subprocess.run(
        [Path(sys.executable).parent / "ansible-inventory", "-i", "hosts.yml", "-i", "constructed.yml", "--list"],
        cwd=tmp_path, capture_output=True, text=True, check=True)
    groups = json.loads(answer.stdout)
    assert {name: groups[name]["hosts"] for name in groups if name.startswith("tls_")} == {
        "tls_secret": ["a"], "tls_public": ["b"], "tls_unclassified": ["c", "d"]}
    assert awx.stub.linked("inventories", awx.stub.named("inventories", "TLS hosts by data class"),
                           "input_inventories") == ["Data centre", "TLS hosts"]


@pytest.mark.parametrize(("name", "old", "new", "said"), [
    ("tasks/awx.yml", "    injectors: ", "    injektors: ", "Unsupported parameters for (awx.awx.credential_type) module: injektors"),
    ("vars/awx.yml", '{TLS_CA_PASSPHRASE: !unsafe "{{ passphrase }}"}', '{TLS_CA_PASSPHRASE: !unsafe "{{ passfrase }}"}',
     "passfrase uses an undefined field"),
    ("vars/awx.yml", "label: Passphrase of the key, secret: true", "label: Passphrase of the key, secred: true", "secred"),
])
def test_weak_copy_is_refused(awx: Awx, name: str, old: str, new: str, said: str) -> None:
    answer = awx.weaken(name, old, new)
    assert answer.returncode == 2, answer.stdout[-2000:]
    assert said in answer.stdout + answer.stderr


@pytest.mark.parametrize(("differing", "said"), [
    ({"tls_awx_image": ""}, "tls_awx_image is not set"),
    ({"tls_awx_inventory_file": "", "tls_awx_inventories": []}, "tls_awx_inventory_file is not set"),
    ({"tls_awx_secrets": [{"name": "Ours", "type": "acmee", "inputs": {}}]}, "Ours: type has to be one of ca, acme, bind"),
])
def test_missing_settings_are_named(awx: Awx, differing: dict[str, Any], said: str) -> None:
    answer = awx.run(**differing)
    assert answer.returncode == 2
    assert said in " ".join(answer.stdout.split())
    assert awx.stub.writes == awx.made
