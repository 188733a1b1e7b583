# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbooks in an execution environment, run by ansible-runner as AWX does: what comes out, and what must not.

The image is made from a Debian 13 controller with the newest ansible-core of `make matrix`, and thrown away after each
job. The host is reached by SSH with a key in the agent of the job.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / name) for name in ("beds", "matrix")]

from controller import Controller
from cores import read_results
from engine import Engine
from fleet import USER, Bed, Host, private_key, raise_bed, strike_bed

PROGRAMS = Path(sys.executable).parent
IMAGE = "localhost/intransit-tls-ee:test"
CANARY = "canary-of-the-passphrase"
PASSPHRASE = "{{ lookup('ansible.builtin.env', 'TLS_CA_PASSPHRASE') }}"
HOME = "/usr/share/ansible/collections"


class Job:
    """One job: its exit code, status, events and artifacts, read from where AWX reads them."""

    def __init__(self, folder: Path, name: str) -> None:
        artifacts = folder / "artifacts" / name
        self.code = int((artifacts / "rc").read_text())
        self.status = (artifacts / "status").read_text()
        self.said = (artifacts / "stdout").read_text()
        self.raw = "".join(path.read_text() for path in sorted((artifacts / "job_events").glob("*.json"))) + self.said
        self.events = [json.loads(path.read_text()) for path in (artifacts / "job_events").glob("*.json")]

    @property
    def data(self) -> dict[str, Any]:
        """What set_stats passed on."""
        stats = [event for event in self.events if event["event"] == "playbook_on_stats"]
        return stats[0]["event_data"].get("artifact_data", {}) if stats else {}


class Awx:
    """Runs jobs in the image, against one host."""

    def __init__(self, engine: Engine, address: str, bed: Bed, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.kept = folder / "kept"
        self.data = folder / "job"
        for name in ("inventory", "env", "project"):
            (self.data / name).mkdir(parents=True)
        self.kept.mkdir()
        shutil.copy(bed.folder / "known_hosts", self.data / "project" / "known_hosts")
        shutil.copy(private_key(), self.data / "env" / "ssh_key")
        (self.data / "project" / "leak.yml").write_text(yaml.safe_dump([{
            "name": "Leak", "hosts": "localhost", "gather_facts": False,
            "tasks": [{"name": "Say it", "ansible.builtin.debug": {"msg": PASSPHRASE}}]}]))
        (self.data / "inventory" / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {"web13": {
            "ansible_host": address, "ansible_user": USER, "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_ssh_common_args": "-o UserKnownHostsFile=/runner/project/known_hosts -o StrictHostKeyChecking=yes",
            "tls_ca_names": [f".{bed.name}.test"]}}}}))
        (self.data / "env" / "envvars").write_text(json.dumps({"TLS_CA_PASSPHRASE": CANARY}))

    def run(self, name: str, playbook: str, *words: str, **variables: Any) -> Job:
        """Run a job and read it."""
        (self.data / "env" / "extravars").write_text(json.dumps({
            "tls_ca_directory": "/var/lib/tls/ca", "tls_ca_passphrase": PASSPHRASE, **variables}))
        setting = {"CONTAINERS_CONF": self.engine.configuration} if self.engine.configuration else {}
        answer = subprocess.run(
            [PROGRAMS / "ansible-runner", "run", self.data, "--ident", name, "-p", playbook, *words,
             "--process-isolation", "--process-isolation-executable", "podman", "--container-image", IMAGE,
             "--container-option=--user=root", f"--container-volume-mount={self.kept}:/var/lib/tls:rw"],
            env={**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}", **setting}, capture_output=True, text=True,
            check=False, timeout=600)
        if not (self.data / "artifacts" / name / "rc").is_file():
            raise AssertionError(answer.stdout[-3000:] + answer.stderr[-3000:])
        return Job(self.data, name)


@pytest.fixture(scope="module")
def awx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Awx]:
    """Give the image and a host with a stock Apache; remove both at the end."""
    engine, bed = Engine(), Bed("ee-host")
    controller = Controller(engine, "ee")
    try:
        make_image(controller)
        address = raise_bed(engine, bed, [Host("web13", "debian13")])["web13"]
        engine.run("exec", bed.container("web13"), "sh", "-c",
                   "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes apache2")
        yield Awx(engine, address, bed, tmp_path_factory.mktemp("awx"))
    finally:
        strike_bed(engine, bed)
        controller.down()
        engine.attempt("rmi", "--force", IMAGE)


def make_image(controller: Controller) -> None:
    """Install what an execution environment holds into a controller, and keep it as an image without the checkout."""
    core = [row["core"] for row in read_results()["cores"] if row["supported"]][-1]
    controller.up()
    folder = controller.make_venv(core)
    wanted = re.findall(r"^[a-z].*$", (ROOT / "meta" / "ee-requirements.txt").read_text(), re.MULTILINE)
    controller.check([str(folder / "pip"), "--quiet", "install", "ansible-runner==2.4.3", *wanted])
    controller.check(["mkdir", "-p", f"{HOME}/ansible_collections"])
    controller.check(["cp", "-r", ".cache/collections/ansible_collections/community", f"{HOME}/ansible_collections/"])
    controller.check([str(folder / "ansible-galaxy"), "collection", "build", str(ROOT), "--output-path", "/opt"])
    install = f"{folder}/ansible-galaxy collection install --offline -p {HOME} /opt/intransit-tls-*.tar.gz"
    # Not from the checkout, whose settings have the collection already.
    controller.check(["sh", "-c", install], folder="/")
    controller.check(["rm", "-rf", str(ROOT), "/root/.ansible"], folder="/")
    controller.engine.run(
        "commit", "--quiet", "--change", "ENTRYPOINT []", "--change", 'CMD ["bash"]', "--change", "WORKDIR /runner",
        "--change", f"ENV PATH={folder}:/usr/local/bin:/usr/bin:/bin", controller.container, IMAGE)


def test_jobs_as_awx_runs_them(awx: Awx) -> None:
    """One after the other, as they build on each other; the leak shows that the search would find a secret."""
    before = awx.run("before", "intransit.tls.verify")
    assert (before.code, before.status) == (2, "failed"), before.said[-3000:]
    assert before.data["tls_verdict"] == "fail" and before.data["tls_failing"] > 0

    enforced = awx.run("enforced", "intransit.tls.enforce", "--cmdline=-vvv")
    assert (enforced.code, enforced.status) == (0, "successful"), enforced.said[-3000:]
    assert enforced.data["tls_refused"] == {}
    assert "ENCRYPTED" in (awx.kept / "ca" / "ca.key").read_text()

    after = awx.run("after", "intransit.tls.verify", "--cmdline=-vvv", tls_evidence="/var/lib/tls/evidence")
    assert (after.code, after.status) == (0, "successful"), after.said[-3000:]
    assert after.data["tls_verdict"] == "pass" and after.data["tls_failing"] == 0
    evidence = json.loads((awx.kept / "evidence" / "tls-evidence.json").read_text())
    assert after.data["tls_summary"] == evidence["summary"]

    renewed = awx.run("renewed", "intransit.tls.renew", "--cmdline=-vvv", tls_renew_now=True)
    assert (renewed.code, renewed.status) == (0, "successful"), renewed.said[-3000:]
    assert list(renewed.data["tls_renewed"]) == ["web13"] and renewed.data["tls_renewal_failed"] == {}

    found = awx.run("found", "intransit.tls.discover")
    assert (found.code, found.status) == (0, "successful"), found.said[-3000:]
    assert "443" in found.said

    lines = [line for line in (awx.kept / "ca" / "ca.key").read_text().splitlines() if not line.startswith("-")]
    for job in (before, enforced, after, renewed, found):
        for secret in (CANARY, "PRIVATE KEY", *lines):
            assert secret not in job.raw
    assert CANARY in awx.run("leaked", "leak.yml").raw


def test_builder_reads_what_the_collection_needs(tmp_path: Path) -> None:
    collections = ROOT / ".cache" / "collections"
    answer = subprocess.run([PROGRAMS / "ansible-builder", "introspect", collections], capture_output=True, text=True,
                            check=True)
    for package in ("cryptography", "idna", "dnspython", "openssh-client"):
        assert re.search(rf"{package}.*intransit\.tls", answer.stdout), answer.stdout


def test_builder_makes_a_build_context(tmp_path: Path) -> None:
    subprocess.run([PROGRAMS / "ansible-builder", "create", "-f", ROOT / "execution-environment.yml", "-c", tmp_path],
                   capture_output=True, text=True, check=True)
    recipe = (tmp_path / "Containerfile").read_text()
    assert 'EE_BASE_IMAGE="fedora:43"' in recipe and "ansible-core>=2.19" in recipe
    wanted = yaml.safe_load(next(tmp_path.rglob("requirements.yml")).read_text())
    assert [row["name"] for row in wanted["collections"]] == ["intransit.tls", "community.crypto", "community.general"]
