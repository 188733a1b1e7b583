# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""LDIF is read as slapcat writes it, and what is written for slapmodify is read back the same."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import ldif

SLAPCAT = """# AUTO-GENERATED FILE
dn: cn=config
objectClass: olcGlobal
olcTLSCertificateFile: /etc/ssl/a-long-folder-with-a-long
 -name/fullchain.pem
olcSecurity: ssf=128
olcSecurity: simple_bind=128
olcRootPW:: e1NTSEF9eA==

dn: olcDatabase={1}mdb,cn=config
olcSuffix: dc=example,dc=org
"""


def test_entries_wrapped_lines_and_base64() -> None:
    top, database = ldif.read(SLAPCAT)
    assert top.dn == "cn=config" and database.get("OLCSUFFIX") == ("dc=example,dc=org",)
    assert top.get("olcTLSCertificateFile") == ("/etc/ssl/a-long-folder-with-a-long-name/fullchain.pem",)
    assert top.get("olcSecurity") == ("ssf=128", "simple_bind=128")
    assert top.get("olcRootPW") == ("{SSHA}x",)
    assert top.named("olctls") == {"olcTLSCertificateFile": ["/etc/ssl/a-long-folder-with-a-long-name/fullchain.pem"]}
    assert top.get("olcLocalSSF") == ()


def test_one_modification_replaces_and_takes_away() -> None:
    assert ldif.write_modification("cn=config", {"olcA": ["1", "2"], "olcB": []}) == (
        "dn: cn=config\nchangetype: modify\nreplace: olcA\nolcA: 1\nolcA: 2\n-\nreplace: olcB\n-\n")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), min_size=1, max_size=30))
def test_any_value_comes_back(value: str) -> None:
    text = ldif.write_modification("cn=config", {"olcA": [value]}).replace("changetype: modify\nreplace: olcA\n", "")
    (entry,) = ldif.read(text.replace("\n-\n", "\n"))
    assert entry.get("olcA") == (value,)


FILE = """# AUTO-GENERATED FILE - DO NOT EDIT!! Use ldapmodify.
# CRC32 00000000
dn: cn=config
cn: config
olcTLSCipherSuite: NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-ECDSA:+ECDHE-RSA:+AES
 -128-GCM:+AES-256-GCM
olcSecurity: ssf=64
entryUUID: 91599718-7a6d-1041-838b-75314aa2f41f
"""


def test_the_file_of_an_entry_keeps_all_that_is_not_ours() -> None:
    edited = ldif.edit(FILE, {"olcTLSCipherSuite": ["HIGH"], "OLCSECURITY": [], "olcLocalSSF": ["128"]})
    head, checksum, body = edited.split("\n", 2)
    assert body == "dn: cn=config\ncn: config\nolcTLSCipherSuite: HIGH\n" \
        "entryUUID: 91599718-7a6d-1041-838b-75314aa2f41f\nolcLocalSSF: 128\n"
    assert checksum == f"# CRC32 {zlib.crc32(body.encode()):08x}" and head == FILE.split("\n", maxsplit=1)[0]
    assert ldif.edit(edited, {"olcLocalSSF": ["128"]}) == edited


def test_a_file_without_a_checksum_gets_none() -> None:
    assert ldif.edit("dn: cn=config\na: 1\n", {"a": ["2", "3"]}) == "dn: cn=config\na: 2\na: 3\n"


@pytest.mark.parametrize("bad", ["dn: cn=config\nno colon here\n", "dn: cn=config\na:: not base64!\n"])
def test_nonsense_is_refused(bad: str) -> None:
    with pytest.raises(TransactionError):
        ldif.read(bad)


def test_the_end_of_a_password_is_not_in_the_message() -> None:
    with pytest.raises(TransactionError, match="Line 1 .* is not LDIF") as caught:
        ldif.read("aHVudGVyMg==\nolcRootPW: x\n")
    assert "aHVudGVy" not in caught.value.message
