# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Overrides are judged by what they allow, not by being there."""

from __future__ import annotations

from typing import List, Sequence, Tuple

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.audit import audit, protocols_of
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import read_config

OURS = "/etc/apache2/conf-available/zz-intransit-tls.conf"
MAIN = "/etc/apache2/apache2.conf"


def expand(text: str) -> Sequence[str]:
    known = {"GOOD": ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], "WEAK": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}
    key = text.split(":")[0]
    if key not in known:
        raise DialectError("no cipher match")
    return known[key]


def overrides(body: str, ours: bool = True, profile: str = "intermediate") -> List[Tuple[int, str]]:
    files = {MAIN: ("Include /ours\n" if ours else "\n") + body}

    def reader(path: str) -> Sequence[Tuple[str, str]]:
        return [(OURS, "SSLProtocol -all +TLSv1.2\n")] if path == "/ours" else [(path, files[path])]

    found = audit(read_config(MAIN, "/etc/apache2", reader), resolve(profile=profile), expand, [OURS])
    return [(item.line, item.sentence) for item in found]


def vhost(line: str) -> str:
    return "Listen 443\n<VirtualHost *:443>\n%s\n</VirtualHost>\n" % line


@pytest.mark.parametrize("line, words", [
    ("SSLProtocol all", "SSLv3, TLSv1, TLSv1.1"),
    ("SSLProtocol all -SSLv3", "TLSv1, TLSv1.1"),
    ("SSLCipherSuite WEAK", "TLS_RSA_WITH_AES_128_CBC_SHA"),
    ("SSLCipherSuite GOOD:@SECLEVEL=0", "security level to 0"),
    ("SSLCipherSuite nonsense", "not a cipher list"),
    ("SSLCipherSuite TLSv1.3 TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_8_SHA256"),
    ("SSLOpenSSLConfCmd MinProtocol TLSv1", "oldest protocol"),
    ("SSLOpenSSLConfCmd Protocol ALL", "SSLv3"),
    ("SSLOpenSSLConfCmd CipherString WEAK", "TLS_RSA_WITH"),
    ("SSLOpenSSLConfCmd Groups secp224r1:X25519", "secp224r1"),
    ("SSLOpenSSLConfCmd Options UnsafeLegacyRenegotiation", "on"),
    ("SSLCompression on", "CRIME"),
    ("SSLInsecureRenegotiation on", "RFC 5746"),
    ("SSLEngine off", "plaintext on a TLS port"),
    ("Header always unset Strict-Transport-Security", "HSTS out"),
    ('Header set Strict-Transport-Security "max-age=60"', "60 s"),
])
def test_what_would_defeat_the_policy_is_found(line: str, words: str) -> None:
    found = overrides(vhost(line))
    assert len(found) == 1 and found[0][0] == 4 and words in found[0][1]


@pytest.mark.parametrize("line", [
    "SSLProtocol -all +TLSv1.3",
    "SSLProtocol TLSv1.2",
    "SSLCipherSuite GOOD",
    "SSLCipherSuite TLSv1.3 TLS_AES_256_GCM_SHA384",
    "SSLOpenSSLConfCmd MinProtocol TLSv1.3",
    "SSLOpenSSLConfCmd Groups ?X25519MLKEM768:X25519:P-256",
    "SSLEngine on",
    "SSLCompression off",
    "SSLVerifyClient none",
    'Header always set Strict-Transport-Security "max-age=63072000; preload"',
    "Header set X-Frame-Options DENY",
])
def test_what_is_as_strict_as_the_policy_is_nobodys_problem(line: str) -> None:
    assert overrides(vhost(line)) == []


def test_the_server_level_counts_only_after_ours() -> None:
    assert overrides("SSLProtocol all\n") != []
    config = "SSLProtocol all\nInclude /ours\n"

    def reader(path: str) -> Sequence[Tuple[str, str]]:
        return [(OURS, "ServerTokens Prod\n")] if path == "/ours" else [(path, config)]

    assert audit(read_config(MAIN, "/etc/apache2", reader), resolve(), expand, [OURS]) == []


@pytest.mark.parametrize("path, later", [
    ("/etc/apache2/mods-enabled/ssl.conf", False),
    ("/etc/apache2/conf-available/security.conf", False),
    ("/etc/apache2/conf-available/zzz.conf", True),
    ("/etc/apache2/sites-available/a.conf", True),
])
def test_before_ours_is_there_its_place_is_known(path: str, later: bool) -> None:
    main = ("Include mods-enabled/*.conf\nIncludeOptional conf-enabled/*.conf\nIncludeOptional sites-enabled/*.conf\n")
    folder = path.split("/")[3].replace("available", "enabled")

    def reader(pattern: str) -> Sequence[Tuple[str, str]]:
        if pattern == MAIN:
            return [(MAIN, main)]
        return [(path, "SSLProtocol all\n")] if "/%s/" % folder in pattern else []

    found = audit(read_config(MAIN, "/etc/apache2", reader), resolve(), expand, [OURS])
    assert bool(found) is later


def test_at_the_end_of_the_main_file_is_after_ours() -> None:
    files = {MAIN: "IncludeOptional conf-enabled/*.conf\nSSLProtocol all\n"}
    found = audit(read_config(MAIN, "/etc/apache2", lambda path: [(path, files[path])] if path in files else []),
                  resolve(), expand, [OURS])
    assert [item.line for item in found] == [2]


def test_client_certificates_are_not_asked_less_of_than_the_policy_does() -> None:
    assert overrides(vhost("SSLVerifyClient none"), profile="modern") == []
    found = audit(
        read_config(MAIN, "/etc/apache2", lambda path: [(path, vhost("SSLVerifyClient optional"))]),
        resolve(data_class="secret"), expand, [OURS])
    assert len(found) == 1 and "asks less" in found[0].sentence


def test_words_of_sslprotocol_work_as_in_the_daemon() -> None:
    assert protocols_of(["-all", "+TLSv1.2", "+TLSv1.3"]) == ("TLSv1.2", "TLSv1.3")
    # Without signs only the last one counts (AH02532).
    assert protocols_of(["TLSv1.2", "TLSv1.3"]) == ("TLSv1.3",)
