# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The addresses of this host, from the kernel's own tables (proc(5): net/fib_trie, net/if_inet6)."""

from __future__ import annotations

import ipaddress
import re

_LOCAL = re.compile(r"\|-- ([0-9.]+)\n\s+/32 host LOCAL")


def find_own(root: str = "/proc/net") -> list[str]:
    """Return the addresses of this network namespace that are neither loopback nor bound to one link."""
    found = _LOCAL.findall(_read(root + "/fib_trie"))
    for line in _read(root + "/if_inet6").splitlines():
        found.append(str(ipaddress.IPv6Address(bytes.fromhex(line.split()[0]))))
    usable = [text for text in found if not _local_only(text)]
    return list(dict.fromkeys(usable))


def _local_only(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return address.is_loopback or address.is_link_local


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""  # a kernel without this version of the protocol
