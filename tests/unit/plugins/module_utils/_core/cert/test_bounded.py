# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A record keeps the beginning of long lists and texts, and their number."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.bounded import limit_rows, limit_text


def test_what_is_short_stays_as_it_is():
    facts = {"dns_names": ["a.example.test"] * 100, "subject": "CN=a", "ca": None, "bits": 2048, "key": {"type": "rsa"}}
    assert limit_rows(facts) == facts


def test_a_long_list_keeps_its_beginning_and_its_number():
    names = [f"h{number}.example.test" for number in range(101)]
    assert limit_rows({"dns_names": names}) == {"dns_names": names[:100], "dns_names_total": 101}


def test_a_long_text_says_how_long_it_was():
    assert limit_rows({"subject": "x" * 5000})["subject"] == "x" * 1000 + "... (5000 characters)"
    assert limit_text("x" * 11, 10) == "x" * 10 + "... (11 characters)"


def test_a_certificate_is_never_cut():
    assert limit_rows({"pem": "x" * 5000}) == {"pem": "x" * 5000}
