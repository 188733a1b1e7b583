# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Groups: names in each library, since when, and hints for names that are nearly right."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import UnknownName
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups


def test_every_key_is_unique() -> None:
    for attribute in ("iana", "code_point"):
        values = [getattr(group, attribute) for group in groups.GROUPS]
        assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    ("name", "code_point", "openssl", "since", "gnutls", "post_quantum"),
    [
        ("X25519MLKEM768", 0x11EC, "X25519MLKEM768", (3, 5), None, True),
        ("SecP256r1MLKEM768", 0x11EB, "SecP256r1MLKEM768", (3, 5), None, True),
        ("MLKEM1024", 0x0202, "MLKEM1024", (3, 5), None, True),
        ("X25519", 0x1D, "X25519", (1, 1), "X25519", False),
        ("secp256r1", 0x17, "prime256v1", (1, 1), "SECP256R1", False),
        ("ffdhe3072", 0x101, "ffdhe3072", (3, 0), "FFDHE3072", False),
        ("brainpoolP256r1tls13", 0x1F, "brainpoolP256r1tls13", (3, 2), None, False),
        ("curveSM2", 0x29, None, (0, 0), None, False),
    ],
)
def test_rows(
    name: str, code_point: int, openssl: str | None, since: tuple[int, int], gnutls: str | None, post_quantum: bool
) -> None:
    group = groups.by_iana(name)
    assert (group.code_point, group.openssl, group.openssl_since, group.gnutls, group.post_quantum) == (
        code_point, openssl, since, gnutls, post_quantum,
    )
    assert groups.by_code_point(code_point) is group


def test_lookups_forgive_case() -> None:
    assert groups.by_iana("x25519").iana == "X25519"
    assert groups.by_openssl("P-256") is groups.by_openssl("PRIME256V1") is groups.by_iana("secp256r1")
    assert groups.by_gnutls("secp256r1") is groups.by_iana("secp256r1")
    assert groups.by_openssl("nope") is groups.by_gnutls("nope") is groups.by_code_point(0x0A0A) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [("P-256", "is called secp256r1"), ("X25519MLKEM76", "Did you mean X25519MLKEM768?"), ("qqq", "is called qqq.")],
)
def test_an_unknown_name_gets_a_hint(name: str, words: str) -> None:
    with pytest.raises(UnknownName) as caught:
        groups.by_iana(name)
    assert words in caught.value.message
