# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A service gets the entry it names, and never another one in silence."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.choice import choose
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

ENTRIES = [{"name": "a", "days": 30}, {"name": "b", "subject_alt_names": ["b.example.org"]}]


def test_by_name_or_the_first() -> None:
    assert choose(ENTRIES, "b", ["x"])["subject_alt_names"] == ["b.example.org"]
    assert choose(ENTRIES, "", ["x.example.org"]) == {
        "name": "a", "days": 30, "subject_alt_names": ["x.example.org"], "reported": ["x.example.org"]}


def test_an_entry_that_names_nothing_is_for_the_service() -> None:
    assert choose([{}], "", ["x.org", "y.org"]) == {
        "name": "x.org", "subject_alt_names": ["x.org", "y.org"], "reported": ["x.org", "y.org"]}
    assert choose([], "", ["x.org"])["name"] == "x.org"
    assert "reported" not in choose(ENTRIES, "b", ["x.org"])


def test_a_supplied_certificate_has_to_be_for_the_site() -> None:
    assert choose([{"source": "files"}], "", ["x.org", "y.org"])["subject_alt_names"] == ["x.org"]


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(CertificateError, match="'c'.*a, b"):
        choose(ENTRIES, "c", [])
    assert ENTRIES[0] == {"name": "a", "days": 30}


FORM = {"group": "courier", "bundle": "key_first"}


def test_a_set_in_a_services_form_is_its_own() -> None:
    assert choose([{}], "", ["x.org"], FORM, "courier_imap") == {
        "name": "x.org.courier_imap", "subject_alt_names": ["x.org"], "reported": ["x.org"], "group": "courier",
        "bundle": "key_first"}
    assert choose([{}], "", ["x.org"], {}, "apache")["name"] == "x.org"
    assert choose(ENTRIES, "b", [], FORM, "courier_imap")["name"] == "b.courier_imap"


def test_an_entry_that_says_its_form_is_taken_as_written() -> None:
    written = {"name": "mail", "group": "ssl-cert", "subject_alt_names": ["x.org"]}
    assert choose([written], "mail", [], FORM, "courier_imap") == written


def test_supplied_files_keep_their_name_and_get_no_bundle() -> None:
    supplied = {"name": "mail", "source": "files", "certificate": "/c", "private_key": "/k"}
    made = choose([supplied], "", ["x.org"], {**FORM, "mode": "0640"}, "courier_imap")
    assert made == {**supplied, "subject_alt_names": ["x.org"], "reported": ["x.org"], "group": "courier"}
