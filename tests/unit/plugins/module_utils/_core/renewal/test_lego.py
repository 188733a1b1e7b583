# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Command lines of openssl and lego, and what is kept of their words."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.renewal import lego

EC = {"name": "www", "key_type": "ecdsa", "curve": "secp384r1", "key_size": None, "dns_names": ["a.test", "b.test"], "ip_addresses": [],
      "challenge": None, "webroot": None}
RSA = {**EC, "key_type": "rsa", "curve": None, "key_size": 3072, "must_staple": True}
ACME = {"directory": "https://ca.test/dir", "email": "ops@a.test", "terms_agreed": True, "challenge": "http-01", "webroot": "/srv",
        "trust_anchor": "/etc/ca.pem", "external_account": True, "dns": {"server": "2001:db8::53", "key_name": "acme", "port": 5353}}
SECRETS = {"EAB_KID": "kid-1", "EAB_HMAC": "hidden", "TSIG_SECRET": "hidden too"}


def test_the_key_is_what_the_entry_asks_for() -> None:
    assert "ec_paramgen_curve:P-384" in lego.make_key_command(EC, "/k")
    assert "rsa_keygen_bits:3072" in lego.make_key_command(RSA, "/k")
    with pytest.raises(CertificateError, match="brainpool"):
        lego.make_key_command({**EC, "curve": "brainpoolP256r1"}, "/k")


def test_the_request_has_no_subject_and_only_what_the_entry_says() -> None:
    argv = lego.make_request_command(EC, "/k", "/r")
    assert "subjectAltName=DNS:a.test,DNS:b.test" in argv and argv[argv.index("-subj") + 1] == "/"
    assert "keyUsage=critical,digitalSignature" in argv and "tlsfeature=status_request" not in argv
    argv = lego.make_request_command(RSA, "/k", "/r")
    assert "keyUsage=critical,digitalSignature,keyEncipherment" in argv and "tlsfeature=status_request" in argv


def test_secrets_stand_in_an_order_only_to_register() -> None:
    assert "hidden" in lego.make_order_command(EC, ACME, "/f", "/r", SECRETS, known=False)
    argv = lego.make_order_command(EC, ACME, "/f", "/r", SECRETS, known=True)
    assert "hidden" not in argv and "--eab" in argv and argv[-1] == "run" and argv[argv.index("--http.webroot") + 1] == "/srv"


def test_an_order_by_dns_names_the_server() -> None:
    argv = lego.make_order_command({**EC, "challenge": "dns-01"}, ACME, "/f", "/r", SECRETS, known=True)
    assert argv[argv.index("--dns") + 1] == "rfc2136" and "[2001:db8::53]:5353" in argv and "--http" not in argv
    found = lego.make_environment(ACME, SECRETS)
    assert found["RFC2136_TSIG_ALGORITHM"] == "hmac-sha256." and found["RFC2136_TSIG_SECRET"] == "hidden too"
    assert found["LEGO_CA_CERTIFICATES"] == "/etc/ca.pem"
    assert lego.make_environment({**ACME, "dns": {}, "trust_anchor": ""}, SECRETS) == {}


def test_secrets_are_read_line_by_line() -> None:
    assert lego.read_secrets("# x\nA=b=c\n\nD=\nE\n") == {"A": "b=c", "D": ""}


def test_words_are_shortened_and_hold_no_secret() -> None:
    words = "\n".join(["old"] * 9) + "\n2026/12/01 02:40:01 Could not obtain: hidden\n\n"
    assert lego.shorten_words(words, SECRETS) == "old old old old old Could not obtain: (secret)"
