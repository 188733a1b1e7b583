# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Suites taken apart as GnuTLS does: every one of them, and no two into the same words."""

from __future__ import annotations

import csv
from pathlib import Path

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_table import list_built_in

ROWS = list(csv.DictReader((Path(__file__).resolve().parents[5] / "data" / "suites.csv").open()))


def test_each_release_has_what_the_library_lists() -> None:
    for release, column in (((3, 7), "gnutls_bookworm"), ((3, 8), "gnutls_trixie")):
        listed = {row["iana"] for row in ROWS if row[column] == "True"}
        assert {part.suite.iana for part in list_built_in(release)} == listed


def test_words_are_unambiguous() -> None:
    for release in ((3, 7), (3, 8)):
        words = [(part.kx, part.cipher, part.mac) for part in list_built_in(release)]
        assert len(set(words)) == len(words)


def test_minimum_versions() -> None:
    expected = {row["iana"]: row["gnutls_min"] for row in ROWS if row["gnutls"]}
    spelled = {"TLSv1": "TLS1.0", "TLSv1.2": "TLS1.2", "TLSv1.3": "TLS1.3"}
    assert all(expected[part.suite.iana] == spelled[part.min_protocol] for part in list_built_in((3, 7)))
