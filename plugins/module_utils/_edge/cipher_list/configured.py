# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads a service's configuration on this host for the cipher strings in it; its pack knows where they stand."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.hosts import HOSTS
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Library, Setting
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import installed as host
from ansible_collections.intransit.tls.plugins.module_utils._edge.service.answers import drive


def settings_of(service: str) -> tuple[Library, tuple[Setting, ...]]:
    """Return the library that a service is linked to, and the cipher strings that it is configured with.

    Raises:
        DialectError: the service is not installed, not linked to a TLS library, or its
            configuration cannot be read.
    """
    library = host.find_linked_library(HOSTS[service].tls_objects)
    if library is None:
        raise DialectError(
            f"{service} is not installed here, or is not linked to OpenSSL or GnuTLS.", {"service": service}
        )
    return library, drive(HOSTS[service].cipher_settings(library.name))
