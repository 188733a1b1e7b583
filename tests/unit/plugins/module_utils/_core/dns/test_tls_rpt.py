# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TLS-RPT records as RFC 8460 has them, and as they should not be."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import tls_rpt


@pytest.mark.parametrize("texts, rua, words", [
    ([], [], ""), (["v=spf1 -all"], [], ""), (["v=TLSRPTv1; rua=mailto:a@example.org"], ["mailto:a@example.org"], ""),
    (["v=TLSRPTv1;rua=mailto:a@example.org,https://example.org/r;"], ["mailto:a@example.org", "https://example.org/r"], ""),
    (["v=TLSRPTv1; rua=mailto:a@b", "v=TLSRPTv1; rua=mailto:a@b"], [], "2 records"), (["v=TLSRPTv1;"], [], "missing"),
    (["v=TLSRPTv1; rua=a@example.org"], [], "not a mailto"), (["v=TLSRPTv1; rua=http://example.org/"], [], "not a mailto"),
    (["v=TLSRPTv1; rua=mailto:a@example.org,"], [], "not a mailto"),
])
def test_records(texts, rua, words):
    read = tls_rpt.read_record(texts)
    assert read["rua"] == rua and words in read["problem"] and bool(words) == bool(read["problem"])


def test_what_is_written_is_read():
    places = ["mailto:tls@example.org", "https://example.org/reports"]
    assert tls_rpt.read_record([tls_rpt.write_record(places)]) == {"rua": places, "problem": ""}
    assert tls_rpt.name_record("Example.org") == "_smtp._tls.example.org" and not tls_rpt.is_place("ftp://example.org/")
