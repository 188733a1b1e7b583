# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Overrides are judged by what they allow, not by being there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.audit import judge_settings as judge
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.audit import protocols_of
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.candidates import find_candidates
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import ApacheConfig

OURS = "/etc/apache2/conf-available/zz-intransit-tls.conf"


def audit(config, policy, expand, own_files):
    """Report the settings as the host does, as plain data, and judge them as the controller does."""
    return judge([item.to_dict() for item in find_candidates(config, own_files)], policy, expand)


ENABLED = "/etc/apache2/conf-enabled/zz-intransit-tls.conf"
MAIN = "/etc/apache2/apache2.conf"


def expand(text: str) -> Sequence[str]:
    known = {"GOOD": ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], "WEAK": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}
    key = text.split(":")[0]
    if key not in known:
        raise DialectError("no cipher match")
    return known[key]


Reads = Callable[..., ApacheConfig]
OurOwn = (ENABLED, "SSLProtocol -all +TLSv1.2\n")


def overrides(reads: Reads, body: str, policy: Any = None) -> list[tuple[int, str]]:
    found = audit(reads(OurOwn, (MAIN, "\n" + body)), policy or resolve(), expand, [OURS])
    return [(item["line"], item["sentence"]) for item in found]


def vhost(line: str) -> str:
    return f"Listen 443\n<VirtualHost *:443>\n{line}\n</VirtualHost>\n"


@pytest.mark.parametrize("line, words", [
    ("SSLProtocol all", "SSLv3, TLSv1, TLSv1.1"),
    ("SSLProtocol all -SSLv3", "TLSv1, TLSv1.1"),
    ("SSLCipherSuite WEAK", "TLS_RSA_WITH_AES_128_CBC_SHA"),
    ("SSLCipherSuite GOOD:@SECLEVEL=0", "security level to 0"),
    ("SSLCipherSuite nonsense", "not a cipher list"),
    ("SSLCipherSuite TLSv1.3 TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_8_SHA256"),
    ("SSLOpenSSLConfCmd MinProtocol TLSv1", "oldest protocol"),
    ("SSLOpenSSLConfCmd Protocol ALL", "SSLv3"),
    ('SSLOpenSSLConfCmd Protocol "ALL, -SSLv3"', "TLSv1, TLSv1.1"),
    ('SSLOpenSSLConfCmd Protocol "-ALL , TLSv1.2,  tlsv1.1"', "TLSv1.1"),
    ('SSLOpenSSLConfCmd Protocol "-ALL, TLSv9"', "TLSv9, which is not a known protocol"),
    ("SSLProtocol ${FROM_ENVVARS}", "${FROM_ENVVARS}, which is not a known protocol"),
    ("SSLProtocol $proto", "cannot be judged"),
    ('SSLOpenSSLConfCmd MinProtocol " TLSv1.1 "', "oldest protocol"),
    ('SSLOpenSSLConfCmd Groups "secp224r1 : X25519"', "secp224r1"),
    ('SSLOpenSSLConfCmd Options "-Foo, UnsafeLegacyRenegotiation"', "UnsafeLegacyRenegotiation on"),
    ("SSLOpenSSLConfCmd SignatureAlgorithms RSA+SHA256:RSA+SHA1", "RSA+SHA1"),
    ("SSLOpenSSLConfCmd NoSuchThing x", "cannot be judged"),
    ("SSLOpenSSLConfCmd CipherString WEAK", "TLS_RSA_WITH"),
    ("SSLOpenSSLConfCmd Groups secp224r1:X25519", "secp224r1"),
    ("SSLOpenSSLConfCmd Options UnsafeLegacyRenegotiation", "on"),
    ("SSLCompression on", "CRIME"),
    ("SSLInsecureRenegotiation on", "RFC 5746"),
    ("SSLEngine off", "plaintext on a TLS port"),
    ("Header always unset Strict-Transport-Security", "HSTS out"),
    ('Header set Strict-Transport-Security "max-age=60"', "60 s"),
])
def test_what_would_defeat_the_policy_is_found(reads: Reads, line: str, words: str) -> None:
    found = overrides(reads, vhost(line))
    assert len(found) == 1 and found[0][0] == 4 and words in found[0][1]


@pytest.mark.parametrize("line", [
    "SSLProtocol -all +TLSv1.3",
    "SSLProtocol TLSv1.2",
    "SSLCipherSuite GOOD",
    "SSLCipherSuite TLSv1.3 TLS_AES_256_GCM_SHA384",
    "SSLOpenSSLConfCmd MinProtocol TLSv1.3",
    "SSLOpenSSLConfCmd Groups ?X25519MLKEM768:X25519:P-256",
    'SSLOpenSSLConfCmd Protocol "-ALL, TLSv1.2, TLSv1.3"',
    "SSLOpenSSLConfCmd Protocol -SSLv3",
    "SSLOpenSSLConfCmd Options -UnsafeLegacyRenegotiation",
    "SSLProtocol all -SSLv2 -SSLv3 -TLSv1 -TLSv1.1",
    "SSLEngine on",
    "SSLCompression off",
    "SSLVerifyClient none",
    'Header always set Strict-Transport-Security "max-age=63072000; preload"',
    "Header set X-Frame-Options DENY",
])
def test_what_is_as_strict_as_the_policy_is_no_problem(reads: Reads, line: str) -> None:
    assert overrides(reads, vhost(line)) == []


def test_the_server_level_counts_only_after_ours(reads: Reads) -> None:
    assert overrides(reads, "SSLProtocol all\n") != []
    config = reads((MAIN, "SSLProtocol all\n"), (ENABLED, "ServerTokens Prod\n"))
    assert audit(config, resolve(), expand, [OURS]) == []


@pytest.mark.parametrize("path, later", [
    ("/etc/apache2/mods-enabled/ssl.conf", False),
    ("/etc/apache2/ports.conf", False),
    ("/etc/apache2/conf-enabled/security.conf", False),
    ("/etc/apache2/conf-enabled/zzz.conf", True),
    ("/etc/apache2/sites-enabled/a.conf", True),
])
def test_before_ours_is_there_its_place_is_known(reads: Reads, path: str, later: bool) -> None:
    assert bool(audit(reads((path, "SSLProtocol all\n")), resolve(), expand, [OURS])) is later


def test_at_the_end_of_the_main_file_is_after_ours(reads: Reads) -> None:
    config = reads(("/etc/apache2/conf-enabled/a.conf", "ServerTokens Prod\n"), (MAIN, "SSLProtocol all\n"))
    assert [item["line"] for item in audit(config, resolve(), expand, [OURS])] == [1]


def test_client_certificates_are_not_asked_less_of_than_the_policy_does(reads: Reads) -> None:
    assert overrides(reads, vhost("SSLVerifyClient none"), resolve(profile="modern")) == []
    found = overrides(reads, vhost("SSLVerifyClient optional"), resolve(data_class="secret"))
    assert len(found) == 1 and "asks less" in found[0][1]


def test_an_override_of_a_macro_is_named_by_its_use(reads: Reads) -> None:
    used = 'macro \'site\' (defined on line 5 of "/m.conf") used on line 7 of "/etc/apache2/sites-enabled/s.conf"'
    config = reads(("/etc/apache2/ports.conf", "Listen 443"), (used, vhost("SSLProtocol all").partition("\n")[2]))
    (found,) = audit(config, resolve(), expand, [OURS])
    assert (found["file"], found["line"], found["macro"]) == ("/etc/apache2/sites-enabled/s.conf", 7, "line 2 of macro site")
    assert found["vhost"] == config.vhosts[0].key


def test_words_of_sslprotocol_work_as_in_the_daemon() -> None:
    assert protocols_of(["-all", "+TLSv1.2", "+TLSv1.3"]) == (("TLSv1.2", "TLSv1.3"), ())
    # Without signs only the last one counts (AH02532).
    assert protocols_of(["TLSv1.2", "TLSv1.3"]) == (("TLSv1.3",), ())


def test_words_of_openssl_add_and_an_unknown_one_is_returned() -> None:
    assert protocols_of(["TLSv1.2", "TLSv1.3"], unsigned_replaces=False) == (("TLSv1.2", "TLSv1.3"), ())
    assert protocols_of(["-ALL", "TLSv1.4", "SSLv2"], unsigned_replaces=False) == ((), ("TLSv1.4",))
