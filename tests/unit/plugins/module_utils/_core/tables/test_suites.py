# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of suites against the statements of both libraries (tests/data/suites.csv) and against itself."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import UnknownName
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import suites

ROWS = list(csv.DictReader((Path(__file__).resolve().parents[5] / "data" / "suites.csv").open()))
CORE = "ansible_collections.intransit.tls.plugins.module_utils._core"
EXCHANGES = {"DH_anon": ("DHE", "anonymous"), "ECDH_anon": ("ECDHE", "anonymous"), "any": ("any", "any")}
EXCHANGES |= {"GOSTR341112_256": ("GOST", "GOST"), "RSA": ("RSA", "RSA"), "PSK": ("PSK", "PSK")}
EXCHANGES |= {"SRP_SHA": ("SRP", "SRP"), "SRP_SHA_RSA": ("SRP", "RSA"), "SRP_SHA_DSS": ("SRP", "DSS")}
EXCHANGES |= {f"{kx}_PSK": (f"{kx}_PSK", "PSK") for kx in ("DHE", "ECDHE", "RSA")} | {"PSK_DHE": ("DHE_PSK", "PSK")}


def test_there_are_rows() -> None:
    assert len(ROWS) == 204


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["iana"])
def test_names_and_properties(row: dict[str, str]) -> None:
    suite = suites.by_iana(row["iana"])
    assert suite.code_point == int(row["code"], 16)
    assert suites.by_code_point(suite.code_point) is suite
    assert suite.gnutls == (row["gnutls"] or None)
    if row["openssl"]:
        assert suite.openssl == row["openssl"] and suites.by_openssl(row["openssl"]) is suite
        assert suite.min_protocol == row["proto"]
    if row["gnutls"]:
        assert suites.by_gnutls(row["gnutls"]) is suite
    assert (suite.kx, suite.auth) == EXCHANGES.get(row["p_kx"], tuple(row["p_kx"].split("_")))
    for key, value in (
        ("p_tls13", suite.min_protocol == "TLSv1.3"),
        ("p_fs", suite.forward_secrecy),
        ("p_anon", suite.anonymous),
        ("p_aead", suite.aead),
        ("p_null", suite.null),
        ("p_bits", suite.bits),
        ("p_mac", suite.mac),
        ("p_block64", suite.block64),
    ):
        assert str(value) == row[key], key


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("TLS_RSA_EXPORT_WITH_RC4_40_MD5", {"bits": 40, "export": True, "mac": "MD5"}),
        ("TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA", {"bits": 56, "export": True, "block64": True}),
        ("TLS_KRB5_EXPORT_WITH_DES_CBC_40_SHA", {"bits": 40, "kx": "KRB5", "code_point": 0x26}),
        ("TLS_DH_DSS_WITH_AES_128_CBC_SHA", {"kx": "DH", "auth": "DSS", "forward_secrecy": False}),
        ("TLS_ECDH_RSA_WITH_RC4_128_SHA", {"kx": "ECDH", "auth": "RSA", "openssl": "ECDH-RSA-RC4-SHA"}),
        ("TLS_NULL_WITH_NULL_NULL", {"null": True, "bits": 0, "kx": "none"}),
        ("TLS_FALLBACK_SCSV", {"signalling": True, "null": False}),
        ("TLS_EMPTY_RENEGOTIATION_INFO_SCSV", {"signalling": True}),
        ("SSL_CK_DES_192_EDE3_CBC_WITH_MD5", {"bits": 112, "max_protocol": "SSLv2", "mac": "MD5"}),
        ("SSL_CK_RC4_128_EXPORT40_WITH_MD5", {"bits": 40, "code_point": 0x020080}),
        ("TLS_SHA256_SHA256", {"null": True, "min_protocol": "TLSv1.3", "aead": False}),
        ("TLS_AES_128_CCM_8_SHA256", {"tag_bits": 64, "aead": True}),
        ("TLS_SM4_GCM_SM3", {"min_protocol": "TLSv1.3", "bits": 128}),
        ("TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L", {"min_protocol": "TLSv1.3", "kx": "any"}),
        ("TLS_GOSTR341112_256_WITH_28147_CNT_IMIT", {"kx": "GOST", "block64": True, "bits": 256}),
        ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", {"openssl": "DES-CBC3-SHA", "bits": 112, "block64": True}),
    ],
)
def test_what_a_scanner_may_meet(name: str, properties: dict[str, object]) -> None:
    suite = suites.by_iana(name)
    assert {key: getattr(suite, key) for key in properties} == properties


def test_every_key_is_unique() -> None:
    assert len({suite.iana for suite in suites.SUITES}) == len(suites.SUITES)
    assert len({suite.code_point for suite in suites.SUITES}) == len(suites.SUITES)
    for attribute in ("openssl", "gnutls"):
        named = [getattr(suite, attribute) for suite in suites.SUITES if getattr(suite, attribute)]
        assert len(set(named)) == len(named)


def test_registered_ranges_are_complete() -> None:
    """IANA assigned these ranges without a gap."""
    for first, last in ((0x2C, 0x46), (0x67, 0x71), (0x84, 0xC7), (0x1301, 0x1307), (0xC001, 0xC0B5), (0xCCA8, 0xCCAE)):
        for code_point in range(first, last + 1):
            assert suites.by_code_point(code_point), hex(code_point)


def test_grease_is_nobody() -> None:
    assert suites.by_code_point(0x0A0A) is None
    assert suites.by_openssl("nope") is None and suites.by_gnutls("nope") is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ECDHE-RSA-AES128-GCM-SHA256", "is called TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        ("TLS_RSA_AES_128_GCM_SHA256", "is called TLS_RSA_WITH_AES_128_GCM_SHA256"),
        ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA265", "Did you mean TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256?"),
        ("BOGUS", "No cipher suite is called BOGUS."),
    ],
)
def test_an_unknown_name_gets_a_hint(name: str, words: str) -> None:
    with pytest.raises(UnknownName) as caught:
        suites.by_iana(name)
    assert words in caught.value.message


def test_the_import_is_cheap() -> None:
    """Every module that travels to a host brings the table along."""
    code = (
        "import dataclasses, typing, difflib, re, time; t = time.process_time(); import {0}.tables.suites; "
        "print(time.process_time() - t)"
    )
    best = min(
        float(subprocess.run([sys.executable, "-c", code.format(CORE)], capture_output=True, text=True, check=True,
                             env={"PYTHONPATH": ":".join(sys.path)}).stdout)
        for _attempt in range(5)
    )
    assert best < 0.05, f"importing the suites takes {best * 1000:.0f} ms of processor time"
