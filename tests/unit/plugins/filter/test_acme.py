# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters hand over to the core."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.filter.acme import FilterModule
from ansible_collections.intransit.tls.plugins.filter.certificate import FilterModule as Entries

FILTERS = FilterModule().filters()
URL = "https://acme.example/dir"
ENTRY = Entries().filters()["certificate_entry"]({"source": "acme"}, "intermediate", "web1.example.org")


def test_a_wildcard_is_refused_with_http() -> None:
    options = {"directory": URL, "terms_agreed": True, "external_account": False, "challenge": "http-01", "profile": "",
               "dns_server": ""}
    assert FILTERS["acme_obstacles"](ENTRY, options, {}, {}) == []
    assert FILTERS["acme_obstacles"]({**ENTRY, "dns_names": ["*.example.org"]}, options, {}, {})


def test_a_failure_says_whether_the_certificate_in_use_stays() -> None:
    leaf = {"leaf": True, "days_left": 3, "not_after": "2026-12-03T00:00:00+00:00"}
    stays = FILTERS["acme_failure"]("refused", "web1", ENTRY, URL, {"compliant": True, "certificates": [leaf]})
    fails = FILTERS["acme_failure"]("refused", "web1", ENTRY, URL, {"compliant": False, "certificates": []})
    assert stays["fit"] and "stays" in stays["message"] and not fails["fit"] and fails["message"].endswith("refused.")
