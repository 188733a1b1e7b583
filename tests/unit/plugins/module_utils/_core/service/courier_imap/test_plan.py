# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of Courier: options that are refused, and what its plan hands over."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service import plans


@pytest.mark.parametrize("changed", [
    {"server_name": "a b"}, {"server_name": "$(reboot)"}, {"client_ca_file": "ca.pem"}, {"client_ca_file": "/a`b`"},
    {"imap": "auto"}, {"imaps": "maybe"}, {"client_certificate": "x"}, {"cleartext_backends": "ignore"},
])
def test_what_cannot_be_written_is_refused(changed: dict[str, Any]) -> None:
    ((name, value),) = changed.items()
    with pytest.raises(OptionError, match="courier_imap_tls_" + name):
        plans.needs_of("courier_imap", {"courier_imap_tls_" + name: value})


REQUIRED = {"IMAPDSTARTTLS": "YES", "IMAP_TLS_REQUIRED": "1"}


@pytest.mark.parametrize(("host", "options", "wanted"), [
    ({}, {}, [(143, False, True)]),
    ({"settings": {"imapd": {}, "imapd-ssl": REQUIRED}}, {}, [(143, False, False)]),
    ({"settings": {"imapd": {}, "imapd-ssl": REQUIRED}}, {"imap": "closed"}, [(143, True, True)]),
    ({"listeners": [{"port": 993}]}, {"imap": "closed"}, [(143, True, False)]),
])
def test_where_plaintext_ends(planned: Any, host: dict[str, Any], options: dict[str, Any], wanted: list[Any]) -> None:
    plan = planned("courier_imap", host, **options)
    assert [(row["port"], row["closed"], row["now"]) for row in plan["ending"]] == wanted
