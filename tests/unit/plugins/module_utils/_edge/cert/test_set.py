# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A new set takes its name in one step, and only if it is fit for use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import (
    ArgumentError,
    CertificateError,
    TransactionError,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.set import SetRequest, bring

ROOT = Path(__file__).resolve().parents[6]
NAMES = ("www.example.org",)


class Bench:
    """One set below a root of its own."""

    def __init__(self, pki: Any, folder: Path) -> None:
        self.pki = pki
        self.root = pki.authority()
        self.folder = folder / "sets"
        self.path = self.folder / "www"
        owner, group = folder.owner(), folder.group()
        self.base = SetRequest(
            str(self.path), names=NAMES, policy="intermediate", owner=owner, group=group, renew_days=20,
            issuer=pki.pem(self.root[0]).decode(), key_type="ecdsa", curve="secp256r1",
        )  # fmt: skip

    def look(self, dry: bool = False, **changes: Any) -> dict[str, Any]:
        return bring(replace(self.base, **changes), self.pki.NOW, dry)

    def install(self, number: int = 0, dry: bool = False, sign: Any = None, **changes: Any) -> dict[str, Any]:
        self.look()
        staged = self.folder / ".sets" / "www.key"
        staged.write_bytes(self.pki.private(self.pki.key("ec", number)))
        staged.chmod(0o600)
        leaf = self.pki.certificate(private=self.pki.key("ec", number), issuer=self.root, **(sign or {}))
        given = {"certificate": self.pki.pem(leaf).decode(), "chain": self.base.issuer, "private_key": str(staged)}
        return bring(replace(self.base, **{**given, **changes}), self.pki.NOW, dry)


@pytest.fixture
def bench(pki: Any, tmp_path: Path) -> Bench:
    return Bench(pki, tmp_path)


def test_nothing_there_is_due(bench: Bench) -> None:
    first = bench.look(dry=True)
    assert first["changed"] and "no certificate" in first["due"][0] and not bench.folder.exists()
    second = bench.look()
    assert second["changed"] and bench.folder.is_dir()
    third = bench.look()
    assert not third["changed"] and third["due"]


def test_a_set_is_put_in_place(bench: Bench) -> None:
    result = bench.install()
    assert result["changed"] and result["compliant"] and result["certificates"][0]["dns_names"] == list(NAMES)
    assert bench.path.is_symlink() and os.readlink(bench.path).startswith(".sets/www.")
    modes = {item.name: oct(item.stat().st_mode & 0o777) for item in bench.path.iterdir()}
    assert modes == {"privkey.pem": "0o600", "cert.pem": "0o644", "chain.pem": "0o644", "fullchain.pem": "0o644"}
    assert not (bench.folder / ".sets" / "www.key").exists()
    again = bench.look()
    assert not again["changed"] and again["due"] == []
    assert "not after" in result["diff"]["after"] and "PRIVATE" not in str(result)


def test_the_same_again_changes_nothing(bench: Bench) -> None:
    bench.install()
    given = {"certificate": (bench.path / "cert.pem").read_text(), "chain": (bench.path / "chain.pem").read_text()}
    before = os.readlink(bench.path)
    assert not bench.look(**given, private_key=str(bench.folder / ".sets" / "www.key"))["changed"]
    assert os.readlink(bench.path) == before


def test_a_set_remembers_where_it_came_from(bench: Bench) -> None:
    first, second = "https://one.example/dir", "https://two.example/dir"
    assert bench.install(origin=first)["origin"] == first
    assert bench.look(origin=first)["due"] == bench.look()["due"] == []
    assert f"issued by {first}; wanted is {second}" in bench.look(origin=second)["due"][0]
    assert bench.install(1)["origin"] is None and "another authority" in bench.look(origin=first)["due"][0]


def test_the_last_day_counts_as_long_as_no_days_are_asked_for(bench: Bench) -> None:
    bench.install(renew_days=None, sign={"begin": -59.9})
    soon = bench.look(renew_days=None)
    assert soon["compliant"] and "a third of its life" in soon["due"][0]
    assert not bench.look(renew_days=1)["compliant"]


def test_a_key_elsewhere_is_copied_once(bench: Bench, pki: Any, tmp_path: Path) -> None:
    bench.look()
    elsewhere = pki.write(tmp_path, key=pki.private(pki.key("ec", 3)))["key"]
    leaf = pki.certificate(private=pki.key("ec", 3), issuer=bench.root)
    given = {"certificate": pki.pem(leaf).decode(), "chain": bench.base.issuer, "private_key": elsewhere}
    assert bench.look(**given)["changed"] and not bench.look(**given)["changed"] and Path(elsewhere).exists()


def test_check_mode_touches_nothing(bench: Bench) -> None:
    bench.install()
    before = os.readlink(bench.path)
    assert bench.install(1, dry=True)["changed"] and os.readlink(bench.path) == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sign": {"sans": ["evil.example.org"]}}, "does not cover"),
        ({"sign": {"begin": -90, "days": 30}}, "expired"),
        ({"sign": {"ca": True}}, "authority"),
        ({"certificate": "nonsense"}, "No leaf"),
        ({"chain": ""}, "incomplete"),
    ],
)
def test_what_is_not_fit_leaves_the_old_one(bench: Bench, changes: dict[str, Any], words: str) -> None:
    bench.install(1)
    before = (bench.path / "privkey.pem").read_bytes()
    with pytest.raises(CertificateError, match=words) as caught:
        bench.install(2, **changes)
    assert "left as it was" in caught.value.message
    assert (bench.path / "privkey.pem").read_bytes() == before
    assert sorted(item.name for item in (bench.folder / ".sets").iterdir()) == [
        ".www.lock", os.path.basename(os.readlink(bench.path))
    ]
    assert bench.look()["due"] == []


def test_a_key_that_does_not_fit(bench: Bench, pki: Any) -> None:
    bench.install(1)
    leaf = pki.certificate(private=pki.key("ec", 2), issuer=bench.root)
    with pytest.raises(CertificateError, match="is not the key of"):
        bench.look(certificate=pki.pem(leaf).decode(), chain=bench.base.issuer)


def test_renewal_keeps_one_earlier_set(bench: Bench) -> None:
    for number in range(4):
        bench.install(number)
    sets = [item for item in (bench.folder / ".sets").iterdir() if item.is_dir()]
    assert len(sets) == 2


def test_a_staged_set_waits_beside_the_one_in_use(bench: Bench) -> None:
    assert bench.install(0, stage=True)["staged"] is None, "there was none, so that it cannot wait"
    before = os.readlink(bench.path)
    result = bench.install(1, stage=True)
    assert result["changed"] and result["staged"] != before == os.readlink(bench.path)
    assert (bench.folder / result["staged"] / "privkey.pem").exists() and result["files"]["certificate"] == str(bench.path / "cert.pem")
    assert result["certificates"][0]["sha256"] != bench.look()["certificates"][0]["sha256"]


def test_a_set_that_waits_is_taken_before_another_one_is_asked_for(bench: Bench) -> None:
    bench.install(0, sign={"begin": -50, "days": 60})
    assert bench.look(renew_days=20)["due"] and bench.look(renew_days=20, stage=True)["due"]
    staged = bench.install(1, stage=True)["staged"]
    again = bench.look(renew_days=20, stage=True)
    assert (again["staged"], again["due"], again["changed"]) == (staged, [], False)
    assert bench.look(renew_days=20)["due"], "without a transaction that would take it, a new one is due"
    assert bench.look(renew_days=36_500, stage=True)["due"], "that one is not all that is asked for"


def test_services_of_a_host_share_one_order_of_the_same_directory(bench: Bench) -> None:
    bench.install(0, origin="https://acme.example.org")
    other = str(bench.folder / "www.postfix")
    how = {"path": other, "bundle": "key_first", "share": True, "origin": "https://acme.example.org"}
    assert bench.look(**how, dry=True)["due"], "check mode copies nothing"
    made = bench.look(**how)
    assert made["changed"] and made["made"] and made["due"] == [] and (bench.folder / "www.postfix" / "bundle.pem").exists()
    key = (bench.folder / "www.postfix" / "privkey.pem").read_bytes()
    assert key == (bench.path / "privkey.pem").read_bytes() and not bench.look(**how)["changed"]
    for differing in ({"names": ("mail.example.org",)}, {"origin": "https://other.example.org"}, {"key_type": "rsa"}, {"share": False}):
        assert bench.look(**{**how, "path": str(bench.folder / "www.exim"), **differing})["due"], differing
    assert bench.look(**{**how, "path": str(bench.folder / "another")})["due"], "another entry has a key of its own"
    assert bench.look(**{**how, "path": str(bench.folder / "www.exim")})["due"] == []


def test_a_staged_set_that_is_not_taken_is_removed_and_one_in_use_never(bench: Bench) -> None:
    bench.install(0)
    staged = bench.install(1, stage=True)["staged"]
    names = sorted(item.name for item in (bench.folder / ".sets").iterdir())
    assert bench.look(state="absent", staged=staged, dry=True)["changed"] and (bench.folder / staged).is_dir()
    assert bench.look(state="absent", staged=staged)["changed"] and not (bench.folder / staged).exists()
    assert not bench.look(state="absent", staged=staged)["changed"]
    assert sorted(item.name for item in (bench.folder / ".sets").iterdir()) == [name for name in names if name not in staged]
    assert not bench.look(state="absent", staged=os.readlink(bench.path))["changed"] and bench.look()["compliant"]
    with pytest.raises(CertificateError, match="is not a certificate set of"):
        bench.look(state="absent", staged="../../etc")


def test_renewal_with_the_same_key(bench: Bench, pki: Any) -> None:
    bench.install(1)
    key = (bench.path / "privkey.pem").read_bytes()
    leaf = pki.certificate(private=pki.key("ec", 1), issuer=bench.root)
    result = bench.look(certificate=pki.pem(leaf).decode(), chain=bench.base.issuer)
    assert result["changed"] and (bench.path / "privkey.pem").read_bytes() == key


def test_bundle_comes_and_goes(bench: Bench) -> None:
    bench.install(bundle="key_first")
    data = (bench.path / "bundle.pem").read_text()
    assert data.startswith("-----BEGIN PRIVATE KEY-----") and data.count("BEGIN CERTIFICATE") == 2
    assert (bench.path / "bundle.pem").stat().st_mode & 0o777 == 0o600
    assert bench.look()["changed"] and not (bench.path / "bundle.pem").exists()
    assert bench.look(bundle="key_first", dry=True)["changed"] and not (bench.path / "bundle.pem").exists()
    assert bench.look(bundle="key_first")["changed"] and (bench.path / "bundle.pem").read_text() == data
    assert not bench.look(bundle="key_first")["changed"]


def test_rights_are_put_right(bench: Bench) -> None:
    bench.install()
    (bench.path / "privkey.pem").chmod(0o644)
    assert bench.look(dry=True)["changed"] and (bench.path / "privkey.pem").stat().st_mode & 0o777 == 0o644
    result = bench.look()
    assert result["changed"] and (bench.path / "privkey.pem").stat().st_mode & 0o777 == 0o600 and result["due"] == []


def test_what_makes_a_new_one_due(bench: Bench, pki: Any) -> None:
    bench.install()
    assert "days left" in bench.look(renew_days=70)["due"][0]
    assert "wanted is" in " ".join(bench.look(names=("www.example.org", "other.example.org"))["due"])
    assert "curve" in " ".join(bench.look(curve="secp384r1")["due"])
    other = pki.pem(pki.authority("Another root")[0]).decode()
    assert "authority" in " ".join(bench.look(issuer=other)["due"])
    (bench.path / "cert.pem").write_text("damaged")
    (bench.path / "fullchain.pem").write_text("damaged")
    assert bench.look()["due"]


def test_what_stands_in_the_way_is_not_removed(bench: Bench) -> None:
    bench.path.mkdir(parents=True)
    (bench.path / "precious").write_text("x")
    with pytest.raises(CertificateError, match="is not a link"):
        bench.install()
    assert (bench.path / "precious").exists()


def test_an_unknown_account_is_a_sentence(bench: Bench) -> None:
    with pytest.raises(CertificateError, match="no such account or group"):
        bench.install(owner="nobody-of-this-name")


def test_left_overs_of_a_crash_do_no_harm(bench: Bench) -> None:
    bench.install(1)
    leftovers = [bench.folder / ".sets" / name for name in (".www.new", ".www.new.0123456789abcdef")]
    anothers = bench.folder / ".sets" / ".www.new.new.0123456789abcdef"
    for folder in (*leftovers, anothers):
        folder.mkdir()
        (folder / "privkey.pem").write_text("half")
    (bench.folder / ".sets" / ".www.link").symlink_to("nowhere")
    assert bench.install(2)["changed"] and not any(folder.exists() for folder in leftovers)
    assert anothers.exists(), "the set www.new may be at work there"


PAIR = """
import dataclasses, json, pathlib, sys
from datetime import datetime
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.set import SetRequest, bring
for line in sys.stdin:
    given = json.loads(line)
    now = datetime.fromisoformat(given.pop("now"))
    try:
        print("changed" if bring(SetRequest(**given), now)["changed"] else "same", flush=True)
    except IntransitError as error:
        print("failed " + error.message, flush=True)
"""


@pytest.mark.parametrize("earlier", [False, True])
def test_two_runs_at_once_both_succeed_and_never_mix(bench: Bench, pki: Any, tmp_path: Path, earlier: bool) -> None:
    """50 pairs of processes, each with a key and certificate of its own for one set."""
    keys = [pki.key("ec", number) for number in (1, 2, 3)]
    material = []
    for number, key in enumerate(keys):
        path = pki.write(tmp_path, **{f"key{number}": pki.private(key)})[f"key{number}"]
        leaf = pki.pem(pki.certificate(private=key, issuer=bench.root)).decode()
        material.append({**asdict(bench.base), "private_key": path, "certificate": leaf, "chain": bench.base.issuer,
                         "now": pki.NOW.isoformat()})
    fits = {Path(str(row["private_key"])).read_bytes().strip(): str(row["certificate"]).strip() for row in material}
    environment = {**os.environ, "PYTHONPATH": str(ROOT / ".cache" / "collections")}
    command = [sys.executable, "-c", PAIR]
    pipe = subprocess.PIPE
    runs = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) for _number in range(2)]
    failures = []
    for number in range(50):
        shutil.rmtree(bench.folder, ignore_errors=True)
        if earlier:
            given = dict(material[2])
            now = datetime.fromisoformat(str(given.pop("now")))
            bring(SetRequest(**given), now)
        for run, row in zip(runs, material, strict=False):
            assert run.stdin
            run.stdin.write(json.dumps(row) + "\n")
        for run in runs:
            assert run.stdin
            run.stdin.flush()
            time.sleep(0.002 * (number % 4))
        failures += [line for line in (run.stdout.readline() for run in runs if run.stdout) if line != "changed\n"]
        key, leaf = ((bench.path / name).read_bytes().strip() for name in ("privkey.pem", "cert.pem"))
        assert fits[key] == leaf.decode(), "a key with another certificate"
        assert not [path.name for path in (bench.folder / ".sets").iterdir() if ".new" in path.name]
    for run in runs:
        run.communicate()
    assert failures == []


def test_a_waiting_key_that_another_run_took_over_is_found_in_the_set(bench: Bench, pki: Any) -> None:
    bench.install(1)
    leaf = pki.certificate(private=pki.key("ec", 1), issuer=bench.root)
    gone = str(bench.folder / ".sets" / "www.key")
    given = {"certificate": pki.pem(leaf).decode(), "chain": bench.base.issuer, "private_key": gone}
    assert bench.look(**given)["changed"]
    other = pki.certificate(private=pki.key("ec", 2), issuer=bench.root)
    with pytest.raises(CertificateError, match="is not the key of"):
        bench.look(**{**given, "certificate": pki.pem(other).decode()})


@pytest.mark.skipif(os.geteuid() != 0, reason="gives folders to another account")
def test_a_folder_that_another_account_could_change_is_refused(bench: Bench) -> None:
    bench.install(1)
    for folder in (bench.folder, bench.folder / ".sets"):
        folder.chmod(0o777)
        with pytest.raises(TransactionError, match="0777"):
            bench.look()
        folder.chmod(0o755)
    os.chown(bench.folder, 65534, 0)
    with pytest.raises(TransactionError, match="belongs to uid 65534"):
        bench.look()


def test_no_umask_opens_a_folder_above(bench: Bench) -> None:
    before = os.umask(0)
    try:
        deep = bench.folder / "a" / "b" / "www"
        bench.look(path=str(deep))
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in (bench.folder, *deep.parents[:2])} == {0o755}


@pytest.mark.parametrize("mode", [640, 416, "416", "-1", "06755", "0o640", "u=rw", "", "4755", None])
def test_a_mode_that_is_none_is_refused_before_anything(bench: Bench, mode: Any) -> None:
    with pytest.raises(ArgumentError, match="mode is"):
        bench.look(mode=mode)
    assert not bench.folder.exists()


def test_a_set_that_is_removed_leaves_nothing(bench: Bench) -> None:
    assert bench.install()["made"] and not bench.install(1)["made"]
    other = bench.folder / "other"
    other.write_text("of another")
    assert bench.look(state="absent", dry=True)["changed"] and bench.path.is_symlink()
    assert bench.look(state="absent") == {"changed": True, "dry": False, "due": []}
    assert [item.name for item in bench.folder.iterdir()] == ["other"]
    other.unlink()
    assert bench.install()["made"]
    assert bench.look(state="absent")["changed"] and not bench.folder.exists()
    assert not bench.look(state="absent")["changed"] and not bench.folder.exists()


def test_sets_of_other_names_stay(bench: Bench) -> None:
    bench.install()
    (bench.folder / ".sets" / "www.example.0123456789abcdef").mkdir()
    bench.look(state="absent")
    assert [item.name for item in (bench.folder / ".sets").iterdir()] == ["www.example.0123456789abcdef"]
