# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Extensions as tlslite-ng numbers and reads them; what does not fit is an error and never a wrong length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_iana
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import parse_extensions

constants = pytest.importorskip("tlslite.constants")
readers = pytest.importorskip("tlslite.extensions")
codec = pytest.importorskip("tlslite.utils.codec")

EXTENSIONS = {
    "SERVER_NAME": "server_name", "STATUS_REQUEST": "status_request", "SUPPORTED_GROUPS": "supported_groups",
    "EC_POINT_FORMATS": "ec_point_formats", "SIGNATURE_ALGORITHMS": "signature_algorithms", "HEARTBEAT": "heartbeat",
    "ALPN": "alpn", "ENCRYPT_THEN_MAC": "encrypt_then_mac", "EXTENDED_MASTER_SECRET": "extended_master_secret",
    "SESSION_TICKET": "session_ticket", "PRE_SHARED_KEY": "pre_shared_key", "EARLY_DATA": "early_data",
    "SUPPORTED_VERSIONS": "supported_versions", "COOKIE": "cookie", "PSK_KEY_EXCHANGE_MODES": "psk_key_exchange_modes",
    "POST_HANDSHAKE_AUTH": "post_handshake_auth", "SIGNATURE_ALGORITHMS_CERT": "signature_algorithms_cert",
    "KEY_SHARE": "key_share", "RENEGOTIATION_INFO": "renegotiation_info",
}
MESSAGES = {
    "CLIENT_HELLO": "client_hello", "SERVER_HELLO": "server_hello", "NEW_SESSION_TICKET": "new_session_ticket",
    "ENCRYPTED_EXTENSIONS": "encrypted_extensions", "CERTIFICATE": "certificate", "SERVER_KEY_EXCHANGE": "server_key_exchange",
    "CERTIFICATE_REQUEST": "certificate_request", "SERVER_HELLO_DONE": "server_hello_done",
    "CERTIFICATE_VERIFY": "certificate_verify", "CLIENT_KEY_EXCHANGE": "client_key_exchange", "FINISHED": "finished",
    "CERTIFICATE_STATUS": "certificate_status",
}


def read(made):
    return readers.TLSExtension().parse(codec.Parser(bytearray(made)))


@pytest.mark.parametrize("ours", EXTENSIONS)
def test_numbers_of_extensions(ours):
    assert getattr(ext, ours) == getattr(constants.ExtensionType, EXTENSIONS[ours])


@pytest.mark.parametrize("ours", MESSAGES)
def test_numbers_of_messages(ours):
    assert getattr(ext, ours) == getattr(constants.HandshakeType, MESSAGES[ours])


def test_every_number_is_compared():
    numbers = {name for name, value in vars(ext).items() if name.isupper() and isinstance(value, int)}
    # tlslite-ng has no name for the first; the signalling suites are compared with the table of suites.
    assert numbers - set(EXTENSIONS) - set(MESSAGES) == {"CERTIFICATE_AUTHORITIES", "FALLBACK_SCSV", "RENEGOTIATION_SCSV"}
    assert by_iana("TLS_FALLBACK_SCSV").code_point == ext.FALLBACK_SCSV
    assert by_iana("TLS_EMPTY_RENEGOTIATION_INFO_SCSV").code_point == ext.RENEGOTIATION_SCSV


def test_server_name_is_read_back():
    made = read(ext.server_name("www.example.org"))
    assert made.extType == ext.SERVER_NAME and list(map(bytes, made.hostNames)) == [b"www.example.org"]


@pytest.mark.parametrize("name", ["stra\u00dfe.example", "\u202eexample"])
def test_a_name_outside_ascii_is_never_sent(name):
    with pytest.raises(UnicodeEncodeError):
        ext.server_name(name)


def test_status_request_asks_for_ocsp_of_any_responder():
    made = read(ext.status_request())
    assert made.status_type == 1 and made.responder_id_list == [] and not made.request_extensions


@given(st.lists(st.integers(0, 0xFFFF), max_size=200).map(tuple))
def test_lists_of_numbers_are_read_back(values):
    assert tuple(read(ext.supported_groups(values)).groups or ()) == values
    pairs = read(ext.signature_algorithms(values)).sigalgs or ()
    assert tuple(first << 8 | second for first, second in pairs) == values


@given(st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=127).map(tuple))
def test_versions_are_read_back(values):
    assert tuple(high << 8 | low for high, low in read(ext.supported_versions(values)).versions) == values


@given(st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=255), min_size=1, max_size=20))
def test_alpn_is_read_back(names):
    assert [bytes(name).decode("ascii") for name in read(ext.alpn(tuple(names))).protocol_names] == names


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(min_size=1, max_size=1300)), max_size=6).map(tuple))
def test_key_shares_are_read_back(shares):
    made = read(ext.key_shares(shares)).client_shares or ()
    assert tuple((share.group, bytes(share.key_exchange)) for share in made) == shares


def test_no_key_share_asks_for_a_retry():
    assert ext.key_shares(()) == bytes.fromhex("003300020000"), "an empty list, not an empty extension (RFC 8446 4.2.8)"


@given(st.dictionaries(st.integers(0, 0xFFFF), st.binary(max_size=100), max_size=10))
def test_our_reader_reads_what_is_written(wanted):
    block = b"".join(ext.extension(number, body) for number, body in wanted.items())
    assert parse_extensions(block, "extensions") == wanted


@pytest.mark.parametrize("make", [
    lambda: ext.alpn(("x" * 256,)), lambda: ext.supported_versions((0x0304,) * 128), lambda: ext.extension(0, bytes(0x10000)),
    lambda: ext.key_shares(((23, bytes(0x10000)),)), lambda: ext.supported_groups((0,) * 0x8000),
    lambda: ext.server_name("x" * 0xFFFF)], ids=["alpn", "versions", "body", "share", "groups", "name"])
def test_what_does_not_fit_its_length_is_an_error(make):
    with pytest.raises(OverflowError):
        make()


@pytest.mark.parametrize("make", [
    lambda: ext.alpn(("x" * 255,)), lambda: ext.supported_versions((0x0304,) * 127), lambda: ext.extension(0, bytes(0xFFFF))],
    ids=["alpn", "versions", "body"])
def test_the_largest_that_fits_is_whole(make):
    made = Cursor(make(), "extension")
    made.number(2)
    assert len(made.vector(2)) > 250
    made.finish()
