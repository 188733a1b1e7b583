# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates made byte by byte, with whatever no library would write in them, and really signed."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.der import encode_tagged
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.pem import write_armour

SHA256_ECDSA = bytes.fromhex("300a06082a8648ce3d040302")
SERVER_AUTH = bytes.fromhex("300a06082b06010505070301")


class Handmade:
    """A small DER toolkit; every part can be replaced by other bytes."""

    tagged = staticmethod(encode_tagged)

    @staticmethod
    def sequence(*parts: bytes) -> bytes:
        return encode_tagged(0x30, b"".join(parts))

    @staticmethod
    def oid(dotted: str) -> bytes:
        arcs = [int(arc) for arc in dotted.split(".")]
        content = b""
        for arc in (arcs[0] * 40 + arcs[1], *arcs[2:]):
            digits = [arc & 0x7F]
            while arc := arc >> 7:
                digits.insert(0, 0x80 | arc & 0x7F)
            content += bytes(digits)
        return encode_tagged(0x06, content)

    @staticmethod
    def integer(value: int) -> bytes:
        return encode_tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))

    def name(self, *values: tuple[str, int, bytes]) -> bytes:
        """A name of (OID, tag, bytes)."""
        pairs = [self.sequence(self.oid(oid), encode_tagged(tag, value)) for oid, tag, value in values]
        return self.sequence(*[encode_tagged(0x31, pair) for pair in pairs])

    def common(self, text: str, tag: int = 0x0C) -> bytes:
        return self.name(("2.5.4.3", tag, text.encode("latin-1" if tag == 0x14 else "utf-8")))

    def extension(self, oid: str, value: bytes, critical: bool = False) -> bytes:
        return self.sequence(self.oid(oid), b"\x01\x01\xff" if critical else b"", encode_tagged(0x04, value))

    def names(self, *items: bytes) -> bytes:
        """The extension with the alternative names; without any, www.example.org."""
        return self.extension("2.5.29.17", self.sequence(*(items or (encode_tagged(0x82, b"www.example.org"),))))

    def leaf_extensions(self) -> tuple[bytes, ...]:
        return (
            self.extension("2.5.29.15", b"\x03\x02\x07\x80", True),
            self.extension("2.5.29.37", SERVER_AUTH),
        )

    def authority_extensions(self, path_length: int | None = None) -> tuple[bytes, ...]:
        length = b"" if path_length is None else self.integer(path_length)
        return (
            self.extension("2.5.29.19", self.sequence(b"\x01\x01\xff", length), True),
            self.extension("2.5.29.15", b"\x03\x02\x01\x06", True),
        )

    def certificate(
        self,
        subject: bytes,
        issuer: bytes,
        private: Any,
        signer: Any,
        extensions: tuple[bytes, ...] = (),
        *,
        version: int = 2,
        serial: int = 4711,
        spki: bytes | None = None,
        begin: str = "20261101000000Z",
        end: str = "20270101000000Z",
    ) -> bytes:
        """Sign a certificate; times are GeneralizedTime."""
        public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        validity = self.sequence(encode_tagged(0x18, begin.encode()), encode_tagged(0x18, end.encode()))
        body = self.sequence(
            encode_tagged(0xA0, self.integer(version)), self.integer(serial), SHA256_ECDSA, issuer, validity, subject,
            spki or public, encode_tagged(0xA3, self.sequence(*extensions)) if extensions else b"",
        )  # fmt: skip
        signature = signer.sign(body, ec.ECDSA(hashes.SHA256()))
        return self.sequence(body, SHA256_ECDSA, encode_tagged(0x03, b"\0" + signature))

    @staticmethod
    def pem(*items: bytes) -> bytes:
        return "".join(write_armour(item) for item in items).encode()
