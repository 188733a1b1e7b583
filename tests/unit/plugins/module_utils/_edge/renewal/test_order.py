# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An order of the host: key and request by the real openssl; lego is tried in the scenario ``unattended``, here it is a small script."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal import order

ACME = {"directory": "https://ca.test/dir", "email": "ops@a.test", "terms_agreed": True, "challenge": "http-01", "webroot": "/srv",
        "trust_anchor": "", "external_account": False, "dns": {}}
SIGN = """
mkdir -p "$PWD/certificates" "$PWD/accounts/ca/ops"; echo {} > "$PWD/accounts/ca/ops/account.json"
openssl x509 -req -in "$PWD/request.pem" -CA "$PWD/../ca.pem" -CAkey "$PWD/../ca.key" -days 5 -copy_extensions copy -out "$PWD/certificates/a.crt" 2>/dev/null
"""


class Bench:
    """A folder, and a lego that does what a script says."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.asked = folder, 0
        self.entry = {
            "name": "www", "key_type": "ecdsa", "curve": "secp256r1", "key_size": None, "dns_names": ["www.a.test"], "ip_addresses": [],
            "challenge": None, "webroot": None, "staged_key": str(folder / "sets" / ".sets" / "www.key"),
            "private_key": str(folder / "sets" / "www" / "privkey.pem")}
        (folder / "sets" / ".sets").mkdir(parents=True)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj", "/CN=ca",
                        "-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.pem")], check=True, capture_output=True)
        self.script = SIGN
        real, found = command.run, command.find
        monkeypatch.setattr(command, "find", lambda name: "/usr/bin/lego" if name == "lego" else found(name))

        def run(argv: Any, *how: Any, **more: Any) -> command.CommandResult:
            if argv[0] != "lego":
                return real(argv, *how, **more)
            self.asked += 1
            return real(["sh", "-c", self.script], *how, **more)

        monkeypatch.setattr(command, "run", run)

    def ask(self, **changes: Any) -> order.Ordered:
        return order.ask_directory({**self.entry, **changes}, ACME, {"EAB_HMAC": "hidden"}, str(self.folder))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    tmp_path.chmod(0o700)
    return Bench(tmp_path, monkeypatch)


def test_a_certificate_comes_for_a_key_that_only_root_reads(bench: Bench) -> None:
    issued = bench.ask()
    key = Path(issued.private_key)
    assert key.stat().st_mode & 0o777 == 0o600 and issued.chain == ""
    public = [subprocess.run(argv, input=issued.leaf, capture_output=True, text=True, check=True).stdout for argv in (
        ["openssl", "pkey", "-in", str(key), "-pubout"], ["openssl", "x509", "-noout", "-pubkey"])]
    assert public[0] == public[1]
    shown = subprocess.run(["openssl", "x509", "-noout", "-text"], input=issued.leaf, capture_output=True, text=True, check=True).stdout
    assert "DNS:www.a.test" in shown and "TLS Web Server Authentication" in shown


def test_a_key_may_be_used_again(bench: Bench) -> None:
    Path(bench.entry["private_key"]).parent.mkdir()
    Path(bench.entry["private_key"]).write_bytes((bench.folder / "ca.key").read_bytes())
    assert bench.ask(reuse_key=True).private_key == ""
    assert not Path(bench.entry["staged_key"]).exists()


def test_a_lost_account_is_made_anew_and_said(bench: Bench) -> None:
    bench.ask()
    bench.script = f"[ -e $PWD/accounts ] && {{ echo urn:ietf:params:acme:error:accountDoesNotExist; exit 1; }}; {SIGN}"
    issued = bench.ask()
    assert bench.asked == 3 and "so a new one was registered" in issued.notes[0]
    assert Path(issued.notes[0].split(" is in ")[1].rstrip(".")).is_dir()


def test_a_failure_is_told_in_its_own_words_without_secrets(bench: Bench) -> None:
    bench.script = "echo '2026/12/01 02:40:01 no route to hidden'; exit 1"
    with pytest.raises(CertificateError, match=r"^no route to \(secret\)$"):
        bench.ask()


@pytest.mark.parametrize("script", ["exit 0", 'mkdir "$PWD/certificates"; echo x > "$PWD/certificates/a.crt"'])
def test_an_end_without_a_certificate_is_a_failure(bench: Bench, script: str) -> None:
    bench.script = script
    with pytest.raises(CertificateError, match="lego ended without a failure, but"):
        bench.ask()


def test_a_missing_program_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find", lambda name: None)
    with pytest.raises(CertificateError, match="Install the Debian package lego"):
        bench.ask()
