# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short phrases for every form of report: true, on one line, and never a server's own control characters."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.report import phrases
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import STARTTLS_PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import PLAINTEXT

NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)
TLS = {"TLSv1.2": {"accepted": True}, "TLSv1.3": {"accepted": True}}


def seen(protocol, refused=None, how=None, detail="", versions=None, **more):
    return {"protocol": protocol, "reachable": True, "protocols": TLS if versions is None else versions,
            "plaintext": {"refused": refused, "how": how, "detail": detail}, **more}


@given(st.text())
def test_plain_is_one_line_of_printable_ascii(text):
    made = phrases.show_plain(text)
    assert made.isascii() and (made.isprintable() or not made) and "\n" not in made
    assert len(made) <= len(text)


@pytest.mark.parametrize(("value", "text"), [
    ("  a \t b\r\nc ", "a b c"), ("\x1b[2Jred\x07", "?[2Jred?"), ("naïve \u202eevil", "na?ve ?evil"), (None, "None"), (7, "7"),
])
def test_plain(value, text):
    assert phrases.show_plain(value) == text


@given(st.text(), st.integers(min_value=0, max_value=40))
def test_shortened_fits_and_shows_that_something_is_missing(text, width):
    made, whole = phrases.shorten_text(text, width), phrases.show_plain(text)
    assert len(made) <= width
    assert made == whole if len(whole) <= width else made.endswith("."[:width])


def test_shortened_keeps_the_begin():
    assert phrases.shorten_text("a long sentence", 9) == "a long..." and phrases.shorten_text("a long sentence", 2) == ".."


@pytest.mark.parametrize(("versions", "text"), [
    (("TLSv1.3", "TLSv1.2"), "1.2 1.3"), (("TLSv1", "SSLv3"), "SSLv3 1.0"), (("SSLv2", "TLSv1.1"), "SSLv2 1.1"), ((), "-"),
])
def test_protocols(versions, text):
    assert phrases.show_protocols({"protocols": {version: {"accepted": True} for version in versions}}) == text


@pytest.mark.parametrize(("observation", "text"), [
    (None, "not looked at"), ({}, "not looked at"),
    ({"protocol": "https", "reachable": False}, "no answer"),
    ({"protocol": "http", "reachable": False, "plaintext": {"refused": True, "how": "tcp_refused"}}, "closed"),
    # A closed port of another protocol proves nothing.
    ({"protocol": "smtp", "reachable": False, "plaintext": {"refused": True, "how": "tcp_refused"}}, "no answer"),
    (seen("http", True, "redirect_permanent", http={"status": 308}), "308 to https"),
    (seen("http", False, "redirect_plaintext", http={"status": 302}), "302 to http"),
    (seen("http", False, "served", http={"status": 200}), "200 in clear"), (seen("http", False, "served"), "answer in clear"),
    (seen("https", True, versions={"TLSv1.2": {"accepted": False}}), "no TLS"),
    (seen("https", True), "TLS only"), (seen("https", False), "TLS and clear"), (seen("https"), "TLS"),
    (seen("imap", True), "TLS required"), (seen("imap", False), "TLS optional"), (seen("imap"), "TLS offered"),
])
def test_state(observation, text):
    assert phrases.show_state(observation) == text


@pytest.mark.parametrize("protocol", STARTTLS_PROTOCOLS)
def test_optional_tls_is_never_called_required(protocol):
    words = [phrases.show_state(seen(protocol, refused)) for refused in (True, False, None)]
    assert len(set(words)) == 3 and words[0] == "TLS required"


@pytest.mark.parametrize("how", PLAINTEXT)
def test_every_way_to_treat_plaintext_has_a_phrase(how):
    state = phrases.show_state(seen("http", None, how, http={"status": 301}))
    assert "{" not in state and len(state) <= 14
    accepted = phrases.show_refusal(seen("http", False, how, "what it said"))
    assert how.startswith("redirect_") or accepted == "NOT REFUSED: what it said"
    assert phrases.show_refusal(seen("smtp", True, how, "what it said")) not in ("", "-")


@pytest.mark.parametrize(("observation", "text"), [
    (seen("https", True, "tls_only", "a plain request got a TLS alert"), "the TLS layer"),
    (seen("https", True, "tcp_refused"), "a closed port"), (seen("imap", True, "closed"), "the server hanging up"),
    (seen("smtp", True, "starttls_required", "530 5.7.0\x1b Must"), "530 5.7.0? Must"),
    (seen("smtp", True, "starttls_required"), "starttls_required"),
    (seen("http", True, "redirect_permanent", http={"status": 301}), "301 to https"),
    (seen("http", True, "error_status", "426 Upgrade Required"), "426 to plain http"),
    (seen("http", True, "error_status", "an answer of 4260 bytes"), "an answer of 4260 bytes"),
    (seen("smtp", False, "accepted", "250 ok"), "NOT REFUSED: 250 ok"), (seen("smtp", False, "accepted"), "NOT REFUSED: accepted"),
    (seen("smtp", None, "not_applicable"), "-"), (seen("smtp", None, "undecided"), "could not be told"), ({}, "-"),
])
def test_what_refuses_plaintext(observation, text):
    assert phrases.show_refusal(observation) == text


def leaf(**changes):
    return {"certificates": [{
        "position": 0, "sha256": "ab" * 32, "subject": "CN=host", "key": {"type": "ecdsa", "bits": 256},
        "dns_names": ["www.example.test"], "not_after": "2026-12-02T12:00:00Z", **changes}]}


@pytest.mark.parametrize(("observation", "text"), [
    (leaf(), "EC 256, 10 d left, www.example.test"), ({}, "-"), ({"certificates": []}, "-"),
    (leaf(key={"type": "rsa", "bits": 2048}), "RSA 2048, 10 d left, www.example.test"),
    (leaf(key={"type": "ed25519", "bits": 256}), "ed25519, 10 d left, www.example.test"),
    (leaf(not_after="2026-11-20T12:00:00Z"), "EC 256, ended 2 d ago, www.example.test"),
    (leaf(not_after="2026-11-22T12:00:00Z"), "EC 256, 0 d left, www.example.test"),
    (leaf(not_after=None, dns_names=[], ip_addresses=["192.0.2.1"]), "EC 256, 192.0.2.1"),
    (leaf(dns_names=[], subject="CN=\x1b]evil"), "EC 256, 10 d left, CN=?]evil"),
    (leaf(dns_names=[], subject=""), "EC 256, 10 d left, no name"),
    # What could not be parsed has only its digest.
    (leaf(key={}), "sha256 abababababababab"),
])
def test_certificate(observation, text):
    assert phrases.show_certificate(observation, NOW) == text
