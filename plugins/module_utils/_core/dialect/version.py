# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Library versions are compared as numbers, wherever the text came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Union

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError

VersionLike = Union[str, Sequence[int]]


def version_of(version: VersionLike) -> tuple[int, int]:
    """Return major and minor number of a library's version.

    Takes ``3.0.20``, ``OpenSSL 3.5.7 9 Jun 2026``, ``gnutls-cli 3.8.9``, ``3.8.9-3+deb13u1``,
    ``1.1.1w`` or a sequence of numbers.

    Raises:
        DialectError: there is no version number in the text.
    """
    if isinstance(version, str):
        found = re.search(r"(?<![\w.])(\d+)\.(\d+)", version)
        if found is None:
            raise DialectError(f"{version!r} is not a version number of a TLS library.", {"version": version})
        return int(found.group(1)), int(found.group(2))
    if len(version) < 2:
        raise DialectError(f"{version!r} is not a version number of a TLS library.", {"version": list(version)})
    return int(version[0]), int(version[1])
