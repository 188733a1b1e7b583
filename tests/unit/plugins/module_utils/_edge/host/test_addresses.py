# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The host's own addresses are read from the kernel's tables, without those of one link or of the loopback."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import addresses

TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 10.88.0.0/16 2 0 2
        |-- 10.88.0.26
           /32 host LOCAL
        |-- 10.88.255.255
           /32 link BROADCAST
     +-- 127.0.0.0/8 2 0 2
        |-- 127.0.0.1
           /32 host LOCAL
Local:
        |-- 10.88.0.26
           /32 host LOCAL
        |-- 169.254.1.2
           /32 host LOCAL
"""
SIX = """\
00000000000000000000000000000001 01 80 10 80       lo
fe80000000000000045e23fffe5b1a2c 02 40 20 80     eth0
20010db8000000000000000000000007 02 40 00 80     eth0
"""


def test_addresses_of_both_versions_once_each(tmp_path: Path) -> None:
    (tmp_path / "fib_trie").write_text(TRIE)
    assert addresses.find_own(str(tmp_path)) == ["10.88.0.26"]
    (tmp_path / "if_inet6").write_text(SIX)
    assert addresses.find_own(str(tmp_path)) == ["10.88.0.26", "2001:db8::7"]
    assert addresses.find_own(str(tmp_path / "none")) == []
