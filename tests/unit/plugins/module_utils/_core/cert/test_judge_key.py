# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A private key belongs to a certificate, needs no passphrase, and only those who should can read its file."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import Ledger
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge_key import (
    judge_copies,
    judge_key_file,
    judge_keys,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Material
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.rules import Rules


def failures(ledgers):
    return [
        (found.control[12:], found.severity) for ledger in ledgers for found in ledger.findings
        if found.status in ("fail", "error")
    ]


def statuses(ledgers, control):
    found = [item for ledger in ledgers for item in ledger.findings]
    return [item.status for item in found if item.control == f"certificate.{control}"]


def key_file(*keys, source="/etc/ssl/a.key", **fields):
    return Material(source=source, keys=keys, **fields)


def chain(*certificates, **fields):
    return Material(source="/etc/ssl/a.pem", certificates=certificates, **fields)


@pytest.mark.parametrize(("mode", "group", "expected"), [
    (0o600, "root", []), (0o400, "root", []), (0o640, "ssl-cert", []),
    (0o604, "root", [("key_mode", "critical")]), (0o602, "root", [("key_mode", "critical")]),
    (0o666, "root", [("key_mode", "critical")]), (0o620, "ssl-cert", [("key_mode", "medium")]),
    (0o640, "www-data", [("key_mode", "high")]), (0o660, "www-data", [("key_mode", "medium")]),
])
def test_the_mode_of_a_key_file(facts, mode, group, expected):
    into = Ledger("x")
    gid = 0 if group == "root" else 33
    judge_key_file(facts.file(mode=0o100000 | mode, group=group, gid=gid), Rules(), into)
    assert failures([into]) == expected


def test_the_group_root_may_read(facts):
    into = Ledger("x")
    judge_key_file(facts.file(mode=0o100640), Rules(), into)
    assert failures([into]) == []


@pytest.mark.parametrize(("folder", "expected"), [
    (0o755, []), (0o1777, []), (0o777, [("key_mode", "high")]),
])
def test_a_folder_in_which_every_account_may_replace_the_key(facts, folder, expected):
    into = Ledger("x")
    judge_key_file(facts.file(directory_mode=folder), Rules(), into)
    assert failures([into]) == expected


@pytest.mark.parametrize(("owner", "uid", "expected"), [
    ("root", 0, []), ("openldap", 110, [("key_owner", "low")]), ("alice", 1000, [("key_owner", "medium")]),
])
def test_the_owner_of_a_key_file(facts, owner, uid, expected):
    into = Ledger("x")
    judge_key_file(facts.file(owner=owner, uid=uid), Rules(), into)
    assert failures([into]) == expected


def test_a_named_owner_is_expected(facts):
    into = Ledger("x")
    judge_key_file(facts.file(owner="openldap", uid=110), Rules(key_owners=("root", "openldap")), into)
    assert failures([into]) == []


def test_a_key_of_its_certificate(facts):
    leaf = facts.certificate()
    ledgers = judge_keys([chain(leaf), key_file(facts.private())], [leaf], Rules())
    assert failures(ledgers) == []
    assert statuses(ledgers, "key_match") == ["pass"]


def test_a_key_of_another_certificate(facts):
    leaf = facts.certificate()
    ledgers = judge_keys([chain(leaf), key_file(facts.private(7))], [leaf], Rules())
    assert failures(ledgers) == [("key_match", "high")]


def test_a_key_of_none_of_several_certificates(facts):
    leaves = [facts.certificate(), facts.certificate(position=1, key=facts.key(2))]
    ledgers = judge_keys([chain(*leaves), key_file(facts.private(7))], leaves, Rules())
    assert failures(ledgers) == [("key_match", "medium")]


def test_a_key_left_over_is_advice(facts):
    leaf = facts.certificate()
    spare = key_file(facts.private(7), source="/etc/ssl/old.key")
    ledgers = judge_keys([chain(leaf), key_file(facts.private()), spare], [leaf], Rules())
    assert failures(ledgers) == [("key_match", "low")]


def test_in_one_file_only_its_own_certificate_counts(facts):
    own = facts.certificate()
    other = facts.certificate(source="/etc/ssl/b.pem", key=facts.key(7))
    bundle = Material(source=own.source, certificates=(own,), keys=(facts.private(7, source=own.source),))
    elsewhere = Material(source=other.source, certificates=(other,))
    assert ("key_match", "high") in failures(judge_keys([bundle, elsewhere], [own, other], Rules()))


def test_without_a_certificate_nothing_is_claimed(facts):
    ledgers = judge_keys([key_file(facts.private())], [], Rules())
    assert statuses(ledgers, "key_match") == ["unprobed"]
    locked = facts.private(key=None, encrypted=True)
    assert statuses(judge_keys([chain(facts.certificate()), key_file(locked)], [facts.certificate()], Rules()),
                    "key_match") == ["unprobed"]


def test_a_key_without_a_certificate_is_judged_by_itself(facts):
    weak = facts.private(key=facts.key(9, bits=160, curve="secp160r1"))
    assert ("key_size", "high") in failures(judge_keys([key_file(weak)], [], Rules()))
    leaf = facts.certificate(key=facts.key(9, bits=160, curve="secp160r1"))
    assert failures(judge_keys([chain(leaf), key_file(weak)], [leaf], Rules())) == []


@pytest.mark.parametrize(("fields", "expected"), [
    ({}, []),
    ({"encrypted": True, "key": None}, [("key_encrypted", "high")]),
    ({"encrypted": True, "form": "pkcs12"}, []),
    ({"error": "wrong passphrase", "key": None}, [("readable", "high")]),
])
def test_a_service_must_be_able_to_use_the_key(facts, fields, expected):
    assert failures(judge_keys([key_file(facts.private(**fields))], [], Rules())) == expected


def test_a_file_without_keys_has_no_ledger(facts):
    assert judge_keys([chain(facts.certificate(), file=facts.file(mode=0o100644))], [], Rules()) == []


@pytest.mark.parametrize(("sources", "expected"), [
    (["/a/x.key"], []),
    (["/a/x.key", "/a/x.key"], []),
    (["/a/x.key", "/a/y.key"], [("key_shared", "info")]),
    (["/a/x.key", "/b/x.key"], [("key_shared", "low")]),
])
def test_copies_of_one_key(facts, sources, expected):
    assert failures(judge_copies([key_file(facts.private(), source=source) for source in sources])) == expected


def test_different_keys_are_no_copies(facts):
    both = [key_file(facts.private(1), source="/a/x"), key_file(facts.private(2), source="/b/x")]
    assert judge_copies(both) == []
