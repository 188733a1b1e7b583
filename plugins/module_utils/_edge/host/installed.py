# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is installed on this host, and which TLS library it is linked to.

The dialect of a daemon follows from the library it really loads, never from the name
of the release: Debian links slapd to GnuTLS in one release and to OpenSSL in the next.
No daemon is run to find out, and a library is only loaded (for its version) if root alone
can write it.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import asdict
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Host, Library
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command, linking, listeners, unit

_LIBRARIES = (("openssl", "libssl.so"), ("gnutls", "libgnutls.so"))


def read_installed_version(package: str) -> Optional[str]:
    """Return the version of a Debian package that is installed, None where it is not."""
    result = command.ask(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", "--", package], timeout=20)
    status, _space, version = result.stdout.partition(" ")
    return version if result.ok and status == "installed" else None


def find_linked_library(paths: tuple[str, ...]) -> Optional[Library]:
    """Return the TLS library of the first of ``paths`` that exists, with the version it reports itself."""
    for asked in paths:
        if not os.path.exists(asked):
            continue
        loaded = linking.list_libraries(asked)
        # The nearest one: Exim loads libssl too, for a library that libgnutls-dane asks for.
        for soname, path in loaded.items():
            for name, stem in _LIBRARIES:
                if soname.startswith(stem):
                    return Library(name, _version_of(name, path, loaded), path, asked)
    return None


def _version_of(name: str, path: str, loaded: dict[str, str]) -> str:
    """Ask the library itself: OpenSSL's version is a function of libcrypto, not of libssl.

    ``loaded`` holds only libraries that root alone can write.
    """
    if name == "openssl":
        crypto = next((place for soname, place in loaded.items() if soname.startswith("libcrypto.so")), path)
        function = ctypes.CDLL(crypto).OpenSSL_version
        function.argtypes, function.restype = [ctypes.c_int], ctypes.c_char_p
        words = str(function(0).decode("ascii", "replace"))
        match = re.match(r"OpenSSL (\S+)", words)
        return match.group(1) if match else words
    function = ctypes.CDLL(path).gnutls_check_version
    function.argtypes, function.restype = [ctypes.c_char_p], ctypes.c_char_p
    return str(function(None).decode("ascii", "replace"))


def describe(service: Host, listening: Sequence[listeners.Listener]) -> dict[str, Any]:
    """Return everything about one service that does not need its configuration to be read.

    ``listening`` are the sockets of the host.

    Keys: ``installed``, ``version``, ``tls_library`` (name, version, path, asked; null
    where nothing is linked), ``configuration`` (the paths that exist), ``units``,
    ``listeners``.
    """
    versions = map(read_installed_version, (service.package, *service.variants))
    version = next((found for found in versions if found is not None), None)
    if version is None:
        nothing: dict[str, Any] = {"configuration": [], "units": [], "listeners": []}
        return {"installed": False, "version": None, "tls_library": None, **nothing}
    library = find_linked_library(service.tls_objects)
    return {
        "installed": True,
        "version": version,
        "tls_library": asdict(library) if library else None,
        "configuration": [path for path in service.configuration if os.path.exists(path)],
        "units": _units(service),
        "listeners": _listeners(service, listening),
    }


def _units(service: Host) -> list[dict[str, Any]]:
    found = []
    for name in service.units:
        seen = unit.read_state(name)
        if seen.installed:
            found.append(
                {"name": name, "active": seen.active, "sub": seen.sub, "up": seen.up, "enabled": seen.unit_file}
            )
    return found


def _listeners(service: Host, listening: Sequence[listeners.Listener]) -> list[dict[str, Any]]:
    return [
        {"transport": row.transport, "address": row.address, "port": row.port, "process": row.process}
        for row in listening
        if row.process in service.processes
    ]
