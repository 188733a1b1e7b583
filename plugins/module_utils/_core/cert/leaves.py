# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which certificates are leaves: the ones that a server or client shows as its own."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate, Material

Place = tuple[str, int]
"""(source, position) of a certificate."""


def find_leaves(materials: Sequence[Material], wanted: bool = False) -> set[Place]:
    """Return where every certificate stands that is, or is used as, a leaf.

    What is not marked as an authority is one, and so is the first that an endpoint
    serves.  An authority with host names, whose private key lies here too, is one in
    use as a server certificate: ``openssl req -x509`` makes such by default.  With
    ``wanted`` (names are expected, so a leaf has to be there) it needs no host names.
    """
    keys = {key.key.identity for material in materials for key in material.keys if key.key is not None}
    leaves: set[Place] = set()
    in_use: set[Place] = set()
    for material in materials:
        for item in material.certificates:
            place = (material.source, item.position)
            named = bool(item.dns_names or item.ip_addresses)
            has_key = item.key.identity in keys
            if has_key:
                in_use.add(place)
            served_first = material.form == "endpoint" and item.position == 0
            # an old root without basic constraints: self-issued, no host names, no key lying around
            bare_root = item.ca is None and item.self_issued and not named and not has_key
            authority = item.ca or bare_root or _signs_the_one_before(item, material)
            if served_first or (named and has_key) or not authority:
                leaves.add(place)
    return in_use if wanted and not leaves else leaves


def _signs_the_one_before(item: Certificate, material: Material) -> bool:
    """It stands where an issuer belongs, so it is judged as one (and fails as one)."""
    before = material.certificates[item.position - 1] if item.position else None
    return before is not None and before.issuer_id == item.subject_id and not before.self_issued
