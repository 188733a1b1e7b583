# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Key and certificate files: found, opened safely, and turned into material.

Reads regular files only (never a pipe or a device that would block), never more than
MAX_BYTES of one, and follows symbolic links as daemons do.  One file that cannot be
read is a problem in its own material and never stops the others.
"""

from __future__ import annotations

import glob
import grp
import os
import pwd
import stat
from collections.abc import Iterable, Sequence
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import ber, der, minimal, pem
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import (
    Certificate,
    FileFacts,
    Material,
    PrivateKey,
    Signatures,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert import parse as certificates

MAX_BYTES = 64 * 1024 * 1024
"""A whole inventory of certificates in one file is smaller."""

_PEM_KEYS = {
    "PRIVATE KEY": "pkcs8",
    "ENCRYPTED PRIVATE KEY": "pkcs8",
    "RSA PRIVATE KEY": "pkcs1",
    "EC PRIVATE KEY": "sec1",
    "DSA PRIVATE KEY": "dsa",
}
_TRUSTED = "TRUSTED CERTIFICATE"
_PEM_CERTIFICATES = ("CERTIFICATE", "X509 CERTIFICATE", _TRUSTED)
_PEM_CONTAINERS = ("PKCS7", "PKCS #7 SIGNED DATA", "CMS")
_DER_KEYS = {"pkcs8": "pkcs8", "pkcs8_encrypted": "pkcs8", "pkcs1": "pkcs1", "sec1": "sec1", "dsa": "dsa"}


def expand(paths: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Turn paths and patterns (``*``, ``?``, ``[]``, ``**``) into files, each real file once.

    Returns:
        the paths in the order asked for, and the patterns that nothing matched.
    """
    found: list[str] = []
    seen: dict[str, None] = {}
    unmatched: list[str] = []
    for path in paths:
        is_pattern = glob.has_magic(path) and not os.path.lexists(path)
        hits = (
            sorted(hit for hit in glob.glob(path, recursive=True) if not os.path.isdir(hit)) if is_pattern else [path]
        )
        if not hits:
            unmatched.append(path)
        for hit in hits:
            real = os.path.realpath(hit)
            if real not in seen:
                seen[real] = None
                found.append(hit)
    return tuple(found), tuple(unmatched)


def show_path(path: str) -> str:
    """Write a path so that it can be printed and put into JSON, whatever bytes are in it."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)


def _owner(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def open_file(path: str) -> tuple[FileFacts, bytes]:
    """Read one file and who may do what with it.

    Raises:
        CertificateError: it is not there, not readable, no regular file, or too large.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise CertificateError(f"{show_path(path)} is not a regular file, so it was not read.")
            if status.st_size > MAX_BYTES:
                raise CertificateError(
                    f"{show_path(path)} has {status.st_size} bytes; more than {MAX_BYTES} are not read.")
            data = _read_all(descriptor)
        finally:
            os.close(descriptor)
        real = os.path.realpath(path)
        folder_mode = os.stat(os.path.dirname(real)).st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CertificateError(f"{show_path(path)} cannot be read: {reason}.") from None
    facts = FileFacts(
        show_path(path),
        show_path(real),
        _owner(status.st_uid),
        _group(status.st_gid),
        status.st_uid,
        status.st_gid,
        stat.S_IMODE(status.st_mode),
        status.st_size,
        stat.S_IMODE(folder_mode),
    )
    return facts, data


def _read_all(descriptor: int) -> bytes:
    parts: list[bytes] = []
    room = MAX_BYTES
    while room > 0:
        part = os.read(descriptor, min(1 << 20, room))
        if not part:
            break
        parts.append(part)
        room -= len(part)
    return b"".join(parts)


class Reader:
    """Collects materials, and keeps what it takes to check their ``signatures``.

    Args:
        passphrase: tried on what is encrypted; ``None``: nothing is tried.
        with_pem: keep each certificate's PEM in its facts.
    """

    def __init__(self, passphrase: Optional[str] = None, with_pem: bool = False) -> None:
        self._passphrase = None if passphrase is None else passphrase.encode("utf-8")
        self._with_pem = with_pem
        self._signed: dict[str, minimal.Signed] = {}

    def file(self, path: str) -> Material:
        """Read one file, whatever kind of key or certificate file it is."""
        try:
            facts, data = open_file(path)
        except CertificateError as error:
            return Material(show_path(path), form="unknown", problems=(error.message,))
        return self.content(data, show_path(path), facts)

    def endpoint(self, source: str, chain: Sequence[str], expected_names: tuple[str, ...]) -> Material:
        """Take what an endpoint served: PEM texts, leaf first."""
        data = "\n".join(chain).encode("utf-8", "replace")
        material = self.content(data, source, None)
        return Material(
            source,
            form="endpoint",
            certificates=material.certificates,
            problems=material.problems,
            expected_names=expected_names,
        )

    def content(self, data: bytes, source: str, facts: Optional[FileFacts] = None) -> Material:
        """Turn the content of one source into material; nothing is raised for hostile content."""
        collected = _Collected(source)
        if pem.looks_like_pem(data):
            form = "pem"
            for block in pem.split_blocks(data):
                self._pem_block(block, collected)
        else:
            kind, data = ber.classify(data)
            form = kind or "unknown"
            self._der_object(form, data, collected)
        if form not in ("pem", "pkcs12", "pkcs7", "unknown"):
            form = "der"
        return collected.material(facts, form)

    def _pem_block(self, block: pem.Block, into: "_Collected") -> None:
        if block.problem:
            into.problems.append(f"{into.source}, {block.problem}.")
        elif block.label in _PEM_CERTIFICATES or block.label in _PEM_CONTAINERS:
            self._pem_certificates(block, into)
        elif block.label in _PEM_KEYS:
            self._pem_key(block, into)
        else:
            into.others.append(block.label)
            if block.label == "DH PARAMETERS":
                into.dh_bits = certificates.read_dh_bits(block.der)

    def _pem_certificates(self, block: pem.Block, into: "_Collected") -> None:
        """One certificate; or PKCS#7 under a label of its own, since no daemon reads it under that of a certificate."""
        kind, encoded = ber.classify(block.der)
        if kind == "pkcs7" and block.label in _PEM_CERTIFICATES:
            into.problems.append(
                f"{into.source}, line {block.line}: {block.label} holds PKCS#7 and no certificate; {pem.REFUSED}.")
        elif kind == "pkcs7":
            self._der_object("pkcs7", encoded, into)
        elif block.label in _PEM_CERTIFICATES and not _only_trust_follows(block.der):
            into.problems.append(
                f"{into.source}, line {block.line}: {block.label} has bytes behind its certificate; {pem.REFUSED}."
            )
        elif block.label in _PEM_CERTIFICATES:
            if block.label == _TRUSTED:
                into.cautions.append(
                    f"{into.source}, line {block.line}: {_TRUSTED} is read by OpenSSL as the first certificate of a "
                    "file or as a trust anchor; GnuTLS (slapd, Exim) and OpenSSL's reader of chains pass over it."
                )
            self._certificate(block.der, into, f"line {block.line}")
        else:
            into.problems.append(f"{into.source}, line {block.line}: what stands in {block.label} is not PKCS#7.")

    def _pem_key(self, block: pem.Block, into: "_Collected") -> None:
        form = _PEM_KEYS[block.label]
        if block.headers and block.encrypted:
            self._key(block.text, form, True, into, armoured=True)
        else:
            self._key(block.der, form, block.encrypted, into)

    def _der_object(self, form: str, data: bytes, into: "_Collected") -> None:
        if form == "certificate":
            self._certificate(data, into, "the file")
        elif form in _DER_KEYS:
            self._key(data, _DER_KEYS[form], form == "pkcs8_encrypted", into)
        elif form in ("pkcs7", "pkcs12"):
            try:
                self._container(form, data, into)
            except CertificateError as error:
                into.problems.append(f"{into.source}: {error.message}.")
        else:
            into.problems.append(f"{into.source} is neither PEM nor a DER certificate, key, PKCS#7 or PKCS#12 file.")

    def _container(self, form: str, data: bytes, into: "_Collected") -> None:
        if form == "pkcs7":
            inside = ber.read_pkcs7(data)
        else:
            try:
                key, inside = certificates.read_pkcs12(data, self._passphrase)
            except CertificateError as error:
                into.keys.append(PrivateKey(into.source, 0, "pkcs12", True, error=error.message))
                return
            if key is not None:
                into.keys.append(PrivateKey(into.source, 0, "pkcs12", self._passphrase is not None, key))
        for encoded in inside:
            self._certificate(encoded, into, "the file")

    def _certificate(self, encoded: bytes, into: "_Collected", where: str) -> None:
        try:
            facts = minimal.encode_certificate(encoded, into.source, len(into.certificates), self._with_pem)
            signed = minimal.sign_body(encoded)
        except CertificateError as error:
            into.problems.append(f"{into.source}, {where}: {error.message}.")
            return
        self._signed[facts.sha256] = signed
        into.certificates.append(facts)

    def _key(self, data: bytes, form: str, encrypted: bool, into: "_Collected", armoured: bool = False) -> None:
        position = len(into.keys)
        password = self._passphrase if encrypted else None
        if encrypted and password is None:
            into.keys.append(PrivateKey(into.source, position, form, True))
            return
        try:
            into.keys.append(
                certificates.read_private_key(data, form, into.source, position, password=password, armoured=armoured)
            )
        except CertificateError as error:
            into.keys.append(PrivateKey(into.source, position, form, encrypted, error=error.message))

    def signatures(self, materials: Sequence[Material]) -> Signatures:
        """Check every signature whose issuer is among ``materials`` (by name); trust anchors come first."""
        by_subject: dict[str, list[Certificate]] = {}
        everything: dict[str, Certificate] = {}
        for material in materials:
            for item in material.certificates:
                if item.sha256 not in everything:
                    everything[item.sha256] = item
                    by_subject.setdefault(item.subject_id, []).append(item)
        if not certificates.is_available():
            return Signatures(possible=False)
        pairs: dict[Optional[bool], list[tuple[str, str]]] = {True: [], False: [], None: []}
        for child in everything.values():
            for issuer in by_subject.get(child.issuer_id, [])[:MAX_ISSUERS]:
                good = certificates.is_signed_by(self._signed[child.sha256], self._signed[issuer.sha256])
                pairs[good].append((child.sha256, issuer.sha256))
        return Signatures(tuple(pairs[True]), tuple(pairs[False]), tuple(pairs[None]))


MAX_ISSUERS = 16
"""Certificates of one name that are tried as issuers, the first ones: a hostile bundle could hold thousands.
The others count as no issuers at all."""


def _only_trust_follows(encoded: bytes) -> bool:
    """Behind the certificate there is nothing, or the trust settings of OpenSSL's TRUSTED CERTIFICATE."""
    try:
        rest = encoded[len(der.find_first_object(encoded)) :]
        return not rest or (rest[0] == der.SEQUENCE and der.read(rest).size == len(rest))
    except CertificateError:
        return True  # no certificate at all, which is said elsewhere


class _Collected:
    """What one source gave so far."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.certificates: list[Certificate] = []
        self.keys: list[PrivateKey] = []
        self.others: list[str] = []
        self.problems: list[str] = []
        self.cautions: list[str] = []
        self.dh_bits: Optional[int] = None

    def material(self, facts: Optional[FileFacts], form: str) -> Material:
        if not (self.certificates or self.keys or self.others or self.problems):
            self.problems.append(f"{self.source} holds neither a certificate nor a key.")
        return Material(
            self.source,
            facts,
            form,
            tuple(self.certificates),
            tuple(self.keys),
            tuple(self.others),
            self.dh_bits,
            tuple(self.problems),
            tuple(self.cautions),
        )
