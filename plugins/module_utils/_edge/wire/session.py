# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one place that uses the machine's own TLS library: trust, names, and HTTP behind TLS.

A session is sans-I/O as well: it works on memory buffers, and ``transport`` carries the
bytes.  What this library can negotiate says nothing about the server's settings, so
nothing here is ever used to tell which versions or suites a server takes.
"""

from __future__ import annotations

import ssl
import warnings
from typing import Any, Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    End,
    Secure,
    Secured,
)

HOSTNAME_MISMATCH = (62, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL."""
CHUNK = 65536


@dataclass
class Trust:
    """Where trusted roots come from; None: the machine's own store."""

    ca_file: Optional[str] = None
    ca_path: Optional[str] = None
    _contexts: Any = None

    def context(self, verify: bool, newest: str) -> ssl.SSLContext:
        """A context, made once for each pair of arguments.

        Without ``verify`` it takes any certificate and every suite and key size that the
        library still has: then the question is what the server says, not whether it is safe.
        """
        if self._contexts is None:
            self._contexts = {}
        key = (verify, newest)
        if key not in self._contexts:
            self._contexts[key] = self._make(verify, newest)
        context: ssl.SSLContext = self._contexts[key]
        return context

    def _load(self, context: ssl.SSLContext) -> None:
        try:
            context.load_verify_locations(self.ca_file, self.ca_path)
        except OSError as why:  # what is no PEM is an SSLError, which is one of them
            raise CertificateError(
                f"The roots in {self.ca_file or self.ca_path} cannot be read on the machine that looks: {why}."
            ) from why

    def _make(self, verify: bool, newest: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if verify:
            if self.ca_file or self.ca_path:
                self._load(context)
            else:
                context.load_default_certs()
        else:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        for string in ("ALL:COMPLEMENTOFALL:@SECLEVEL=0", "ALL:@SECLEVEL=0", "ALL"):
            try:
                context.set_ciphers(string)
                break
            except ssl.SSLError:
                continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the old versions are deprecated, which is why they are looked for
            try:
                context.minimum_version = ssl.TLSVersion.TLSv1
            except ValueError:
                pass
        if newest == "TLSv1.2":
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context


def check_roots(ca_file: str) -> None:
    """Raise CertificateError where the roots cannot be read, before anybody is asked anything."""
    Trust(ca_file=ca_file).context(verify=True, newest="TLSv1.3")


class Session:
    """One handshake of the library and the data behind it."""

    def __init__(self, step: Secure, trust: Optional[Trust]) -> None:
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._verify = step.verify
        name = step.server_name
        context = (trust or Trust()).context(step.verify and name is not None, step.newest)
        self._object = context.wrap_bio(self._in, self._out, server_hostname=name)
        self._done = False
        self._over = False
        self._shake()

    def outgoing(self) -> bytes:
        """Bytes for the server, which are then gone from here."""
        return self._out.read()

    def write(self, data: bytes) -> bytes:
        """Encrypt; return the bytes for the server."""
        try:
            self._object.write(data)
        except (ssl.SSLError, OSError):
            self._over = True
        return self._out.read()

    def held(self) -> bytes:
        """Decrypted bytes that came already."""
        arrival = self._read()
        return arrival if isinstance(arrival, bytes) else b""

    def feed(self, arrival: Union[bytes, End]) -> Optional[Arrival]:
        """Take bytes or the end of the connection; None: nothing to tell yet."""
        if isinstance(arrival, End):
            if not self._done:
                return Secured(False, ended=True,
                               reason=f"The connection ended during the handshake ({arrival.value}).")
            return arrival
        self._in.write(arrival)
        if not self._done:
            return self._shake()
        return self._read()

    def _shake(self) -> Optional[Secured]:
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return None
        except ssl.SSLCertVerificationError as error:
            mismatch = error.verify_code in HOSTNAME_MISMATCH
            return Secured(False, trusted=None if mismatch else False, name_matches=False if mismatch else None,
                           reason=error.verify_message)
        except (ssl.SSLError, OSError, ValueError) as error:
            return Secured(False, reason=f"The handshake failed: {_words(error)}.")
        self._done = True
        suite = self._object.cipher()
        return Secured(
            True, version=self._object.version(), suite=suite[0] if suite else None,
            leaf=self._object.getpeercert(binary_form=True),
            trusted=True if self._verify else None, name_matches=True if self._verify else None,
        )

    def _read(self) -> Optional[Arrival]:
        if self._over:
            return End.CLOSED
        try:
            data = self._object.read(CHUNK)
        except ssl.SSLWantReadError:
            return None
        except (ssl.SSLError, OSError) as error:
            self._over = True
            return Secured(False, reason=str(getattr(error, "reason", None) or error))
        return data or End.CLOSED


def _words(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return str(reason or error).replace("_", " ").lower()
