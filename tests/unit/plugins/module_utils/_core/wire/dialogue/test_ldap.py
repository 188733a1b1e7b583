# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""LDAP in BER: StartTLS, bind and search, and what slapd says to them without TLS."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Inbox
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue import ldap
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import plain_conversation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint

WHERE = Endpoint("ldap.example.test", 389, "ldap")
EXTENDED, SEARCH_DONE, BIND = 0x78, 0x65, 0x61


def result(tag, code, text=b"", number=1):
    return ldap.message(number, ldap.tlv(tag, b"\x0a\x01" + bytes((code,)) + ldap.tlv(4, b"") + ldap.tlv(4, text)))


def entry(name, attribute=None, value=b""):
    attributes = b""
    if attribute is not None:
        attributes = ldap.tlv(0x30, ldap.tlv(4, attribute) + ldap.tlv(0x31, ldap.tlv(4, value)))
    return ldap.message(1, ldap.tlv(0x64, ldap.tlv(4, name) + ldap.tlv(0x30, attributes)))


NO_SASL = (result(BIND, 7), result(BIND, 7))
ROOT = entry(b"", b"namingContexts", b"dc=example,dc=test") + result(SEARCH_DONE, 0)


def test_the_request_is_what_openldap_sends():
    assert ldap.starttls().hex() == "301d02010177188016312e332e362e312e342e312e313436362e3230303337"


def test_long_lengths():
    assert ldap.tlv(4, b"x" * 300)[:4] == b"\x04\x82\x01\x2c"


@pytest.mark.parametrize(("code", "ready", "busy", "denied"), [
    (0, True, False, False), (52, False, False, True), (2, False, False, True), (51, False, True, False)])
def test_upgrade(code, ready, busy, denied, drive):
    seen = drive(ldap.LDAP.opening(WHERE)(Inbox()), [result(EXTENDED, code, b"why")]).result
    assert (seen.ready, seen.busy, seen.denied) == (ready, busy, denied)
    assert seen.code == str(code)


@pytest.mark.parametrize(("code", "busy"), [(51, True), (52, False), (2, False)])
def test_a_server_that_disconnects_has_not_refused(code, busy, drive):
    seen = drive(ldap.LDAP.opening(WHERE)(Inbox()), [result(EXTENDED, code, b"bye", number=0)]).result
    assert not seen.ready and seen.busy is busy and not seen.denied


def plain(drive, replies):
    return drive(plain_conversation(ldap.LDAP, WHERE), [End.SILENT, *replies]).result.plaintext


@pytest.mark.parametrize(("replies", "how", "refused"), [
    ([result(SEARCH_DONE, 13), result(BIND, 13), *NO_SASL], "starttls_required", True),
    ([ROOT, result(SEARCH_DONE, 13), result(BIND, 13), *NO_SASL], "starttls_required", True),
    ([ROOT, entry(b"dc=example,dc=test") + result(SEARCH_DONE, 0), result(BIND, 13), *NO_SASL], "served", False),
    ([ROOT, result(SEARCH_DONE, 32), result(BIND, 49)], "accepted", False),
    ([ROOT, result(SEARCH_DONE, 13), result(BIND, 0)], "accepted", False),
    ([result(EXTENDED, 8, number=0)], "starttls_required", True),
    ([result(EXTENDED, 52, number=0)], "undecided", None),
    ([result(SEARCH_DONE, 0), result(EXTENDED, 51, number=0)], "undecided", None),
    ([result(SEARCH_DONE, 53), result(BIND, 53, b"Minimum SSF not met."), *NO_SASL], "starttls_required", True),
    ([result(SEARCH_DONE, 53), result(BIND, 53), *NO_SASL], "undecided", None),
    ([result(SEARCH_DONE, 51), result(BIND, 51), *NO_SASL], "undecided", None),
    ([result(SEARCH_DONE, 10), result(BIND, 10), *NO_SASL], "undecided", None),
    ([b"HTTP/1.1 400\r\n"], "undecided", None),
    ([b"\x30\x84\xff\xff\xff\xff"], "undecided", None),
    ([b"\x30\x85" + bytes(9)], "undecided", None),
    ([entry(b"") * 100], "undecided", None),
    ([], "closed", True),
])
def test_plaintext(replies, how, refused, drive):
    seen = plain(drive, replies)
    assert (seen.how, seen.refused) == (how, refused), seen


def test_the_password_never_shows(drive):
    assert ldap.SECRET not in repr(plain(drive, [ROOT, result(SEARCH_DONE, 13), result(BIND, 13)]))


def rootdse(*mechanisms):
    attributes = b"".join(
        ldap.tlv(0x30, ldap.tlv(4, name) + ldap.tlv(0x31, b"".join(ldap.tlv(4, value) for value in values)))
        for name, values in ((b"namingContexts", [b"dc=example,dc=test"]), (b"supportedSASLMechanisms", mechanisms)))
    return ldap.message(1, ldap.tlv(0x64, ldap.tlv(4, b"") + ldap.tlv(0x30, attributes))) + result(SEARCH_DONE, 0)


@pytest.mark.parametrize(("root", "sasl", "how", "refused"), [
    (rootdse(), (7, 7), "starttls_required", True),
    (rootdse(b"GSSAPI", b"SCRAM-SHA-256"), (7, 7), "starttls_required", True),
    (rootdse(), (48, 48), "starttls_required", True),
    (rootdse(), (13, 8), "starttls_required", True),
    (rootdse(), (2, 2), "starttls_required", True),
    (rootdse(b"GSSAPI", b"PLAIN"), (7, 7), "offered", False),
    (rootdse(b"login"), (13, 13), "offered", False),
    (rootdse(), (49, 7), "accepted", False),
    (rootdse(b"PLAIN"), (49, 7), "accepted", False),
    (rootdse(), (0, 7), "accepted", False),
    (rootdse(), (50, 7), "accepted", False),
    (rootdse(), (7, 14), "accepted", False),
    (rootdse(), (80, 7), "undecided", None),
    (rootdse(), (7, 53), "undecided", None),
    (rootdse(), (7,), "undecided", None),
    (rootdse(b"PLAIN"), (7,), "offered", False),
])
def test_sasl_by_password_though_a_simple_bind_needs_tls(root, sasl, how, refused, drive):
    binds = [result(BIND, code) for code in sasl]
    seen = plain(drive, [root, result(SEARCH_DONE, 13), result(BIND, 13), *binds])
    assert (seen.how, seen.refused) == (how, refused), seen
    assert ldap.SECRET not in repr(seen)


def test_a_root_entry_out_of_shape_is_no_crash(drive):
    broken = ldap.message(1, ldap.tlv(0x64, ldap.tlv(4, b"") + ldap.tlv(0x30, ldap.tlv(0x30, ldap.tlv(4, b"namingContexts")))))
    seen = plain(drive, [broken + result(SEARCH_DONE, 0), result(BIND, 13), *NO_SASL])
    assert (seen.how, seen.refused) == ("served", False)


def test_the_sasl_bind_is_what_ldapwhoami_sends():
    assert ldap.sasl_bind(2, b"PLAIN", b"\0u\0p").hex() == "301902010260140201030400a30d0405504c41494e0404007500" + "70"
