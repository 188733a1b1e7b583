# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a good directory refuses, each as one check over the wire with tools nobody here wrote.

Every check has to pass on the good hosts and to fail on the weak one: a check that
cannot fail proves nothing.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from typing import Any

LOOSE = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
SET = "/etc/ssl/intransit/directory.openldap"
SUFFIX = "dc=molecule-openldap,dc=test"
ALICE = ("-D", f"uid=alice,{SUFFIX}", "-w", "alices-secret")


def ldap(program: str, *words: str, **environment: str) -> tuple[int, str]:
    """Run one of OpenLDAP's own clients on the controller; return its code and all it said."""
    answer = subprocess.run(
        [program, *words], env={**os.environ, **environment}, capture_output=True, text=True, timeout=20, check=False)
    return answer.returncode, answer.stdout + answer.stderr


def confidentiality_required(said: tuple[int, str]) -> None:
    """Assert result code 13 (RFC 4511 section 4.1.9) and nothing of the directory's content."""
    code, words = said
    assert "Can't contact LDAP server" not in words, f"not even connected: {words}"
    assert code == 13 and "onfidentiality required" in words, said
    assert "alice" not in words


def refused(said: Any) -> None:
    """Assert that the server was reached and refused: connected, no handshake."""
    assert "CONNECTED" in said.said, f"not even connected: {said.said}"
    assert "Cipher is (NONE)" in said.said or "Cipher    : 0000" in said.said, said.said
    assert "alert" in said.said or "unexpected eof" in said.said, f"no handshake, but no refusal either: {said.said}"


def anonymous_search(wire: Any) -> None:
    confidentiality_required(ldap("ldapsearch", "-x", "-LLL", "-H", f"ldap://{wire.address}", "-b", SUFFIX))


def root_entry(wire: Any) -> None:
    confidentiality_required(ldap("ldapsearch", "-x", "-LLL", "-H", f"ldap://{wire.address}", "-b", "", "-s", "base"))


def bind_with_a_password(wire: Any) -> None:
    confidentiality_required(ldap("ldapwhoami", "-x", "-H", f"ldap://{wire.address}", *ALICE))


def search_with_a_password(wire: Any) -> None:
    confidentiality_required(ldap("ldapsearch", "-x", "-LLL", "-H", f"ldap://{wire.address}", *ALICE, "-b", SUFFIX))


def starttls_tls_1_0(wire: Any) -> None:
    refused(wire.openssl(389, "-starttls", "ldap", "-tls1", "-cipher", LOOSE))


def starttls_tls_1_1(wire: Any) -> None:
    refused(wire.openssl(389, "-starttls", "ldap", "-tls1_1", "-cipher", LOOSE))


def tls_1_0(wire: Any) -> None:
    refused(wire.openssl(636, "-tls1", "-cipher", LOOSE))


def tls_1_1(wire: Any) -> None:
    refused(wire.openssl(636, "-tls1_1", "-cipher", LOOSE))


def cbc(wire: Any) -> None:
    refused(wire.openssl(636, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0"))


def static_rsa_and_dhe(wire: Any) -> None:
    refused(wire.openssl(636, "-tls1_2", "-cipher", "kRSA:DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"))


def foreign_groups(wire: Any) -> None:
    refused(wire.openssl(636, "-tls1_3", "-groups", "P-521"))


REFUSALS: dict[str, Callable[[Any], None]] = {
    check.__name__: check
    for check in (
        anonymous_search, root_entry, bind_with_a_password, search_with_a_password, starttls_tls_1_0, starttls_tls_1_1,
        tls_1_0, tls_1_1, cbc, static_rsa_and_dhe, foreign_groups,
    )
}
