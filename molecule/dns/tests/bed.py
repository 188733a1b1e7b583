# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The two hosts as tests see them: records that are set, what dns_info and the verdict say, and what Postfix does."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from testinfra import get_host

SECRET = base64.b64encode(b"the key of this scenario, and of nothing else").decode()
FOLDER = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"])
MAIL, PLAIN = "mail12.life.test", "mail12.plain.test"
BAD = "3 1 1 " + "0" * 64


def digest(name: str) -> str:
    """Return the SHA-256 of the public key of a certificate of pki.sh, worked out by openssl."""
    import subprocess

    key = subprocess.run(["openssl", "x509", "-in", FOLDER / "pki" / f"{name}", "-noout", "-pubkey"], capture_output=True, check=True).stdout
    made = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, capture_output=True, check=True).stdout
    return hashlib.sha256(made).hexdigest()


class Bed:
    """Both hosts, as root."""

    def __init__(self, inventory: str) -> None:
        self.names = get_host("ansible://ns13?sudo=true", ansible_inventory=inventory)
        self.mail = get_host("ansible://mail12?sudo=true", ansible_inventory=inventory)
        self.server = str(self.names.ansible.get_variables()["ansible_host"])
        self.address = str(self.mail.ansible.get_variables()["ansible_host"])

    def publish(self, name: str, kind: str, *values: str) -> None:
        """Have exactly these records at a name, and a resolver that forgot what was there."""
        zone = ".".join(name.split(".")[-2:])
        lines = [f"server {self.server}", f"zone {zone}", f"update delete {name} {kind}", *(f"update add {name} 5 {kind} {value}" for value in values), "send"]
        script = "\n".join(lines)
        done = self.names.run(f"nsupdate -y hmac-sha256:dane:{SECRET} <<'END'\n{script}\nEND")
        assert done.rc == 0, done.stderr
        self.mail.check_output("systemctl reset-failed unbound; systemctl restart unbound")
        for _each in range(60):
            said = self.mail.run(f"dig +short +tries=1 +time=2 @127.0.0.1 {name} {kind}")
            if said.rc == 0 and len(said.stdout.split("\n")) - 1 == len(values) and "timed out" not in said.stdout:
                return
            time.sleep(0.5)
        raise AssertionError(f"unbound does not have {name} {kind}: {said.stdout}")

    def ask(self, name: str, trusted: bool = True, **more: Any) -> dict[str, Any]:
        """Return what dns_info says of a mail host, asked from here with unbound as a resolver that was declared safe."""
        from ansible_collections.intransit.tls.plugins.module_utils._edge.dns.ask import read_names

        endpoint = {"host": name, "protocol": "smtp", "port": 25}
        return read_names([endpoint], more.pop("also", []), ["life.test"], servers=[more.pop("resolver", self.address)], trusted=trusted,
                          ca_file=str(FOLDER / "pki" / "ca.pem"), **more)

    def judge(self, wire: Any, name: str, **more: Any) -> dict[str, Any]:
        """Return the findings about the DNS of a mail host by control."""
        from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
        from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import judge
        from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates

        policy, now = resolve(profile="intermediate"), datetime.now(timezone.utc)
        said = self.ask(name, **more)
        (seen,) = wire.observe({"host": name, "server_name": name, "address": self.address, "protocol": "smtp"}, policy=policy)
        assert seen["certificates"], f"not even connected to {name}: {seen}"
        seen["dns"] = {**said["endpoints"][0], "domains": said["domains"], "issuers": ["ca.life.test"]}
        (rich,) = add_certificates([seen], policy, now, [str(FOLDER / "pki" / "ca.pem")])
        return {row.control: row for row in judge(policy, rich, now=now, host="mail12") if row.control.startswith("dns_")}

    def send(self, name: str) -> str:
        """Return what Postfix' own client says of a connection by DANE."""
        return str(self.mail.run(f"timeout 60 posttls-finger -c -l dane -L summary '[{name}]' 2>&1").stdout)


def read_evidence(name: str) -> dict[str, Any]:
    """Return the findings about the DNS in the evidence of verify, by control."""
    document = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    (host,) = document["hosts"]
    return {row["control"]: row for endpoint in host["endpoints"] for row in endpoint["findings"] if row["control"].startswith("dns_")}
