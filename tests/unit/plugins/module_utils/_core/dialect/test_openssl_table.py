# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Suites with their attributes, and the words for sets of them, against the OpenSSL of this machine.

Both releases and thousands of combinations: tests/equivalence.  How both releases list the suites: tests/data/suites.csv.
"""

from __future__ import annotations

import csv
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect import openssl_table as table
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_code_point, by_iana

ROWS = list(csv.DictReader((Path(__file__).resolve().parents[5] / "data" / "suites.csv").open()))
EVERYTHING = "ALL:COMPLEMENTOFALL"
ATTRIBUTES = ("kx", "auth", "enc", "mac", "grade", "default")
ROW = re.compile(r"0x(\S\S),0x(\S\S) - \S+\s+(\S+)\s+Kx=(\S+)\s+Au=(\S+)\s+Enc=(\S+)\s+Mac=(\S+)")
EXCHANGES = {"ECDH": "ECDHE", "DH": "DHE", "RSAPSK": "RSA_PSK", "DHEPSK": "DHE_PSK", "ECDHEPSK": "ECDHE_PSK"}


@pytest.fixture(scope="module")
def release():
    said = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, re.match(r"OpenSSL (\d+)\.(\d+)\.", said).groups()))


@cache
def listed(words):
    """Rows of code point, version and attributes as OpenSSL prints them, TLS 1.2 and below."""
    done = subprocess.run(["openssl", "ciphers", "-V", f"{words}:@SECLEVEL=0"], capture_output=True, text=True, check=True)
    found = [(int(high + low, 16), *rest) for high, low, *rest in ROW.findall(done.stdout)]
    assert len(found) == len(done.stdout.splitlines())
    return {code: rest for code, *rest in found if rest[0] != "TLSv1.3"}


def meant(mask, release):
    """The suites that a word stands for: a bit in every mask of the word that is not empty."""
    return {
        code for code, has in table.make_masks(release).items()
        if all(not getattr(mask, name) or getattr(mask, name) & getattr(has, name) for name in ATTRIBUTES)
        and mask.min_protocol in ("", has.min_protocol)
    }


@pytest.mark.parametrize(("release_", "column"), [((3, 0), "openssl_bookworm"), ((3, 5), "openssl_trixie")])
def test_each_release_has_what_its_library_lists(release_, column):
    assert {by_code_point(code).iana for code in table.make_masks(release_)} == {
        row["iana"] for row in ROWS if row[column] == "True" and row["p_tls13"] != "True"}


def test_attributes_are_those_that_the_library_prints(release):
    masks, said = table.make_masks(release), listed(EVERYTHING)
    assert set(masks) == set(said)
    for code, (version, exchange, authentication, cipher, mac) in said.items():
        suite, has = by_code_point(code), masks[code]
        assert suite.kx == EXCHANGES.get(exchange, exchange), suite.iana
        assert {has.auth} == {table._AUTH["anonymous" if authentication == "None" else authentication]}, suite.iana
        assert has.min_protocol == version and has.mac == table._MAC[mac.replace("SHA1", "SHA")], suite.iana
        # The words below tell the ciphers apart; here only their size.
        assert suite.bits == int((re.search(r"\((\d+)\)", cipher) or [0, 0])[1]), suite.iana


@pytest.mark.parametrize("word", table.WORDS)
def test_a_word_stands_for_what_the_library_makes_of_it(word, release):
    if word in ("COMPLEMENTOFALL", "eNULL", "NULL"):
        # What encrypts nothing is out of every list until it is asked for by such a word.
        assert meant(table.WORDS[word], release) == set(listed(word)) != set()
        return
    if word == "COMPLEMENTOFDEFAULT":
        assert meant(table.WORDS[word], release) == set(listed(word))
        return
    got = subprocess.run(["openssl", "ciphers", "-V", f"{EVERYTHING}:!{word}:@SECLEVEL=0"], capture_output=True, text=True,
                         check=False)
    left = {int(high + low, 16) for high, low, version, *_rest in ROW.findall(got.stdout) if version != "TLSv1.3"}
    assert meant(table.WORDS[word], release) == set(listed(EVERYTHING)) - left


def test_a_word_that_nothing_bears_would_be_noticed(release):
    """The weak sample: a mask one bit off stands for other suites than the library's word."""
    wrong = table.Mask(kx=table.WORDS["kRSA"].kx << 1)
    assert meant(wrong, release) != meant(table.WORDS["kRSA"], release) == set(listed("kRSA"))


@pytest.mark.parametrize("word", sorted(table.FORMER_WORDS))
def test_former_words_are_no_words(word):
    assert word not in table.WORDS


def test_former_words_bring_nothing(release):
    every = ":".join(sorted(table.FORMER_WORDS))
    assert listed(f"AES128-SHA:{every}") == listed("AES128-SHA")
    assert listed("AES128-SHA:kRSA") != listed("AES128-SHA")


@pytest.mark.parametrize(("name", "old", "new"), [
    ("TLS_RSA_WITH_AES_256_CCM_8", 256, 64),
    ("TLS_RSA_WITH_AES_256_GCM_SHA384", 256, 256),
    ("TLS_RSA_WITH_NULL_SHA", 0, 0),
])
def test_a_short_tag_is_weak_since_3_2(name, old, new):
    suite = by_iana(name)
    assert [table.rank_strength(suite, release_) for release_ in ((3, 1), (3, 2))] == [old, new]


def test_suites_without_encryption_in_tls13_came_with_3_4():
    integrity = {by_iana(name).code_point for name in ("TLS_SHA256_SHA256", "TLS_SHA384_SHA384")}
    assert not integrity & set(table.list_built_in((3, 3)))
    assert integrity <= set(table.list_built_in((3, 4)))
    assert not integrity & set(table.make_masks((3, 4))), "no word of a cipher string names a suite of TLS 1.3"


def test_the_default_of_tls13_is_the_librarys():
    done = subprocess.run(["openssl", "ciphers", "-V", "-tls1_3", "-s"], capture_output=True, text=True, check=True)
    found = [int(high + low, 16) for high, low in re.findall(r"0x(\S\S),0x(\S\S) - TLS_\S+\s+TLSv1\.3", done.stdout)]
    assert tuple(found) == table.TLS13_DEFAULT


def test_a_number_outside_the_table_is_an_error():
    with pytest.raises(KeyError):
        table.by_known_code_point(0x0A0A)
