# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The PROXY line says both ends of the very connection that it begins."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.proxy_line import write_proxy_line


@pytest.mark.parametrize(("ours", "theirs", "line"), [
    (("192.0.2.1", 40000), ("192.0.2.2", 25), "PROXY TCP4 192.0.2.1 192.0.2.2 40000 25"),
    (("2001:db8::1", 40000, 0, 0), ("2001:db8::2", 465, 0, 0), "PROXY TCP6 2001:db8::1 2001:db8::2 40000 465"),
    (("fe80::1%eth0", 1, 0, 2), ("fe80::2%eth0", 65535, 0, 2), "PROXY TCP6 fe80::1 fe80::2 1 65535"),
    (("::ffff:192.0.2.1", 9, 0, 0), ("::ffff:192.0.2.2", 25, 0, 0), "PROXY TCP4 192.0.2.1 192.0.2.2 9 25"),
])
def test_the_line(ours, theirs, line):
    made = write_proxy_line(ours, theirs)
    assert made == line.encode() + b"\r\n" and len(made) <= 107
