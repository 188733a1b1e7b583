# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How many rounds of a password function an encrypted file asks for, before a library obeys it."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import ber, der
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

MAX_ITERATIONS = 10_000_000
"""Rounds that are still waited for: some seconds."""


def find_largest_count(data: bytes) -> int:
    """Return the largest number that could be the rounds of a password function in there.

    Every integer counts that directly follows an octet string (a salt) in a sequence, in
    octet strings too, in DER and BER.  A file may ask for two thousand million rounds.
    """
    return _largest(_definite(data), 0)


def _definite(data: bytes) -> bytes:
    try:
        return ber.convert_series(data)
    except CertificateError:
        return data


def _largest(data: bytes, depth: int) -> int:
    if depth > der.MAX_DEPTH:
        return MAX_ITERATIONS + 1
    largest, before = 0, -1
    try:
        for node in der.walk_nodes(data):
            if node.tag == der.INTEGER and before == der.OCTET_STRING and 0 < len(node.content) <= 9:
                largest = max(largest, int.from_bytes(node.content, "big", signed=True))
            if node.tag == der.OCTET_STRING:
                largest = max(largest, _largest(_definite(node.content), depth + 1))
            elif node.tag & 0x20:
                largest = max(largest, _largest(node.content, depth + 1))
            before = node.tag
    except CertificateError:
        pass
    return largest
