# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Key shares for TLS 1.3 without any elliptic-curve or lattice arithmetic.

A connection made here carries no secret, so the private key may be one that everybody
knows.  With private key 1 the public share of an elliptic-curve group is its base
point, and the shared secret is the X coordinate of the server's own share; in a
finite field the share is the generator and the secret is the server's share.  ML-KEM
with an all-zero public vector puts the encapsulated message in plain sight.  Only X25519
and X448 force their private keys away from 1, so those two are computed.

RFC 8446 section 4.2.8, RFC 8422, RFC 7748, RFC 7919, FIPS 203, RFC 10024.  Base points:
SEC 2 version 2 (NIST curves), RFC 5639 (Brainpool).
"""

from __future__ import annotations

import hashlib

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError

SECP256R1, SECP384R1, SECP521R1, X25519, X448 = 23, 24, 25, 29, 30

BASE_POINTS = {
    SECP256R1: (
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
    SECP384R1: (
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7"
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"),
    SECP521R1: (
        "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de"
        "3348b3c1856a429bf97e7e31c2e5bd66"
        "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761"
        "353c7086a272c24088be94769fd16650"),
    31: (
        "8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262"
        "547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997"),
    32: (
        "1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1e"
        "8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315"),
    33: (
        "81aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098eff3b1f78e2d0d48d50d1687b93b97d5f"
        "7c6d5047406a5e688b352209bcb9f822"
        "7dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111b2dcde494a5f485e5bca4bd88a2763ae"
        "d1ca2b2fa8f0540678cd1e0f3ad80892"),
}
BASE_POINTS.update({26: BASE_POINTS[31], 27: BASE_POINTS[32], 28: BASE_POINTS[33]})
"""X and Y of the base point, by group; 26 to 28 are Brainpool as TLS 1.2 numbers it."""

FINITE_FIELD_BYTES = {256: 256, 257: 384, 258: 512, 259: 768, 260: 1024}
"""ffdhe2048 .. ffdhe8192: length of a share (RFC 7919 appendix A; the generator is 2)."""

MLKEM = {
    # group: (vector rank, classical group or None, classical share comes first)
    512: (2, None, False), 513: (3, None, False), 514: (4, None, False),
    4587: (3, SECP256R1, True), 4588: (3, X25519, False), 4589: (4, SECP384R1, True),
}
"""ML-KEM groups and the hybrids of RFC 10024."""

_MONTGOMERY = {X25519: (255, 19, 121665, 9), X448: (448, (1 << 224) + 1, 39081, 5)}


def can_share(group: int) -> bool:
    """Whether ``public_share`` knows the group."""
    return group in BASE_POINTS or group in FINITE_FIELD_BYTES or group in MLKEM or group in _MONTGOMERY


def public_share(group: int) -> bytes:
    """Our share for a group, always the same bytes."""
    if group in BASE_POINTS:
        return b"\x04" + bytes.fromhex(BASE_POINTS[group])
    if group in FINITE_FIELD_BYTES:
        return (2).to_bytes(FINITE_FIELD_BYTES[group], "big")
    if group in _MONTGOMERY:
        return _montgomery(group, _MONTGOMERY[group][3])
    if group in MLKEM:
        rank, classical, first = MLKEM[group]
        key = bytes(384 * rank + 32)
        other = public_share(classical) if classical is not None else b""
        return other + key if first else key + other
    raise WireError(f"There is no key share for group {group}.")


def shared_secret(group: int, share: bytes) -> bytes:
    """The secret that the server computed from our share and its own (RFC 8446 section 7.4)."""
    if group in BASE_POINTS:
        size = len(BASE_POINTS[group]) // 4
        if len(share) != 1 + 2 * size or share[0] != 4:
            raise WireError("The peer's elliptic-curve share has the wrong form.")
        return share[1:1 + size]
    if group in FINITE_FIELD_BYTES:
        return share.rjust(FINITE_FIELD_BYTES[group], b"\x00")
    if group in _MONTGOMERY:
        if len(share) != (_MONTGOMERY[group][0] + 7) // 8:
            raise WireError("The peer's share has the wrong length.")
        return _montgomery(group, int.from_bytes(share, "little"))
    rank, classical, first = MLKEM[group]
    size = _ciphertext_size(rank)
    if classical is None:
        return _decapsulate(rank, share)
    split = len(share) - size if first else size
    left, right = share[:split], share[split:]
    if first:
        return shared_secret(classical, left) + _decapsulate(rank, right)
    return _decapsulate(rank, left) + shared_secret(classical, right)


def _ciphertext_size(rank: int) -> int:
    return 32 * ((11 if rank == 4 else 10) * rank + (5 if rank == 4 else 4))


def _decapsulate(rank: int, ciphertext: bytes) -> bytes:
    """FIPS 203 algorithm 18 for the all-zero secret: v is the message plus a little noise."""
    if len(ciphertext) != _ciphertext_size(rank):
        raise WireError("The peer's ML-KEM share has the wrong length.")
    width = 5 if rank == 4 else 4
    packed = int.from_bytes(ciphertext[-32 * width:], "little")
    message = 0
    for position in range(256):
        value = (packed >> (width * position)) & ((1 << width) - 1)
        if (1 << width) // 4 <= value < 3 * (1 << width) // 4:
            message |= 1 << position
    key_hash = hashlib.sha3_256(bytes(384 * rank + 32)).digest()
    return hashlib.sha3_512(message.to_bytes(32, "little") + key_hash).digest()[:32]


_shares: dict[int, bytes] = {}


def _montgomery(group: int, point: int) -> bytes:
    """RFC 7748 section 5 with the private key 1, as its clamping leaves it."""
    bits, minus, factor, base = _MONTGOMERY[group]
    if point == base and group in _shares:
        return _shares[group]
    prime = (1 << bits) - minus
    private = 1 << (bits - 1)
    point &= (1 << bits) - 1
    x2, z2, x3, z3, swap = 1, 0, point, 1, 0
    for at in range(bits - 1, -1, -1):
        bit = private >> at & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        total, less = x2 + z2, x2 - z2
        square, square_less = total * total % prime, less * less % prime
        gap = square - square_less
        cross, other = (x3 - z3) * total, (x3 + z3) * less
        x3 = (cross + other) ** 2 % prime
        z3 = point * (cross - other) ** 2 % prime
        x2 = square * square_less % prime
        z2 = gap * (square + factor * gap) % prime
    if swap:
        x2, z2 = x3, z3
    result = (x2 * pow(z2, prime - 2, prime) % prime).to_bytes((bits + 7) // 8, "little")
    if point == base:
        _shares[group] = result
    return result
