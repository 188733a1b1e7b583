# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Distinguished names to the names in CAA records."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dns.issuers import ISSUERS, find_issuers


@pytest.mark.parametrize("issuer, names", [
    ("CN=E7,O=Let's Encrypt,C=US", ("letsencrypt.org",)),
    ("C=US, O=Let's Encrypt, CN=E7", ("letsencrypt.org",)),
    ("C=US,O=DigiCert\\, Inc.,CN=X", ISSUERS["digicert"]),
    ("CN=O=Let's Encrypt", ()), ("CN=Our own CA,O=Ours", ()), ("", ()), (None, ()), (7, ()),
])
def test_an_authority_is_known_by_its_organisation(issuer, names):
    assert find_issuers(issuer) == names


def test_the_table_is_in_lower_case():
    for start, names in ISSUERS.items():
        assert start == start.lower() and names and all(name == name.lower() for name in names)
