# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Entries of tls_certificates: what is filled in, and what is refused with a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError, IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.certificate_entry import (
    complete_entry,
    list_alternative_names,
)

HOST = "web1.example.org"


def done(policy: str = "intermediate", **entry: Any) -> dict[str, Any]:
    return complete_entry(entry, resolve(policy=policy), HOST)


def test_an_empty_entry_is_for_the_host() -> None:
    entry = done()
    assert entry["name"] == HOST and entry["names"] == [HOST] and entry["source"] == "local_ca"
    assert entry["subject_alt_names"] == [f"DNS:{HOST}"] and entry["common_name"] == HOST
    assert (entry["key_type"], entry["curve"], entry["key_size"]) == ("ecdsa", "secp256r1", None)
    assert (entry["days"], entry["renew_days"], entry["mode"]) == (90, 30, "0600")
    assert entry["fullchain"] == f"/etc/ssl/intransit/{HOST}/fullchain.pem" and entry["bundle"] is None


def test_the_policy_fills_in() -> None:
    old = done("old")
    assert old["key_type"] == "rsa" and old["key_size"] == 3072
    assert done("bsi", key_type="rsa")["key_size"] == 3072
    assert done(key_type="rsa", key_size=2048)["key_size"] == 2048
    assert done("modern")["days"] == 90


def test_group_readable_needs_a_mode_that_lets_it() -> None:
    assert done(group="postfix")["mode"] == "0640"
    assert done(group="postfix", mode="0600")["mode"] == "0600"
    assert done(mode=0o640)["mode"] == "0640"
    assert done(mode="640")["mode"] == "0640"


def test_supplied_files() -> None:
    entry = done(source="files", certificate="/a/full.pem", private_key="/a/key.pem")
    assert entry["fullchain"] == "/a/full.pem" and entry["chain"] is None and entry["names"] == [HOST]
    apart = done(source="files", certificate="/a/c.pem", chain="/a/ch.pem", fullchain="/a/f.pem", private_key="/a/k.pem")
    assert (apart["certificate"], apart["fullchain"]) == ("/a/c.pem", "/a/f.pem")


def test_an_acme_entry_leaves_to_the_directory_what_the_directory_decides() -> None:
    entry = done(source="acme", key_type="rsa", challenge="dns-01", profile="shortlived", renew_days=5)
    assert (entry["common_name"], entry["days"], entry["renew_days"]) == ("", None, 5)
    assert (entry["challenge"], entry["webroot"], entry["profile"]) == ("dns-01", None, "shortlived")
    assert entry["key_size"] == 3072 and entry["fullchain"] == f"/etc/ssl/intransit/{HOST}/fullchain.pem"
    plain = done(source="acme")
    assert plain["renew_days"] is None and not plain["must_staple"] and plain["usages"] == ["serverAuth"]


def test_a_short_life_is_renewed_when_half_of_it_is_left() -> None:
    assert [done(days=days)["renew_days"] for days in (2, 9, 10, 90)] == [1, 4, 3, 30]


def test_names_and_addresses() -> None:
    dns, addresses = list_alternative_names(["DNS:A.example.org", "a.example.org", "IP:192.0.2.1", "2001:db8::1", "*.example.org"])
    assert dns == ("a.example.org", "*.example.org") and addresses == ("192.0.2.1", "2001:db8::1")
    assert list_alternative_names("one.example.org") == (("one.example.org",), ())


def test_a_long_first_name_is_no_common_name() -> None:
    long = "a" * 60 + ".example.org"
    assert done(subject_alt_names=[long, "short.example.org"])["common_name"] == "short.example.org"
    assert done(subject_alt_names=[long])["common_name"] == ""


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"source": "acme2"}, "not known"),
        ({"kye_type": "rsa"}, "has no key 'kye_type'"),
        ({"name": "../etc"}, "name of a folder"),
        ({"name": ".sets"}, "name of a folder"),
        ({"subject_alt_names": ["IP:nonsense"]}, "not an IP address"),
        ({"subject_alt_names": ["two words"]}, "not a host name"),
        ({"subject_alt_names": ["a..b"]}, "not a host name"),
        ({"key_type": "dsa"}, "allows ecdsa, rsa"),
        ({"key_type": "rsa", "key_size": 1024}, "at least 2048"),
        ({"key_type": "rsa", "key_size": 65536}, "more than 16384"),
        ({"curve": "secp256k1"}, "allows secp256r1"),
        ({"days": 1}, "two or more"),
        ({"days": 500}, "allows 366"),
        ({"days": 20, "renew_days": 20}, "lives only 20"),
        ({"mode": "0644"}, "let others use"),
        ({"mode": "0660"}, "let others use"),
        ({"mode": True}, "not a file mode"),
        ({"bundle": "leaf_first"}, "bundle"),
        ({"source": "acme", "days": 30}, "of source acme has no key 'days'"),
        ({"source": "acme", "usages": ["clientAuth"]}, "has no key 'usages'"),
        ({"source": "acme", "challenge": "tls-alpn-01"}, "http-01"),
        ({"source": "acme", "webroot": "www"}, "absolute path"),
        ({"source": "acme", "profile": "two words"}, "a profile that the directory"),
        ({"profile": "shortlived"}, "of source local_ca has no key 'profile'"),
        ({"source": "files"}, "lacks certificate and private_key"),
        ({"source": "files", "certificate": "a.pem", "private_key": "/k.pem"}, "Allowed: an absolute path"),
        ({"source": "files", "certificate": "/a", "private_key": "/k", "days": 3}, "has no key 'days'"),
    ],
)
def test_what_makes_no_sense_is_refused(entry: dict[str, Any], words: str) -> None:
    with pytest.raises(CertificateError, match=words):
        done(**entry)


@pytest.mark.parametrize("source", ["local_ca", "acme", "files"])
def test_whatever_passes_of_a_hostile_entry_is_printable(source: str, nasty: Any) -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.service import certificate_entry as module

    paths = {"certificate": "/c", "private_key": "/k"} if source == "files" else {}
    keys = module.COMMON + module.KEYS[source]
    tried = passed = 0
    for key in keys:
        for value in nasty.values:
            for given in (value, [value]):
                tried += 1
                try:
                    made = done(**{"source": source, **paths, key: given})
                except IntransitError as error:
                    assert error.message.isprintable(), key
                    continue
                passed += 1
                assert all(text.isprintable() for text in nasty.texts(made)), (key, given)
    assert tried > 1500 and 0 < passed < tried / 2
