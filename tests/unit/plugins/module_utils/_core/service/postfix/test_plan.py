# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of Postfix: options that are refused, and what its plan hands over."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service import plans


@pytest.mark.parametrize("changed", [
    {"smtp": "on"}, {"submission": True}, {"sasl": "pam"}, {"outgoing": "none"}, {"overrides": "x"}, {"loglevel": 9},
    {"server_name": "a b"}, {"outgoing_ca_file": "ca.pem"}, {"client_ca_file": "/etc/a b"}, {"sasl_path": "x\ny"},
    {"sender_login_maps": "hash:$x"},
])
def test_what_cannot_be_written_is_refused(changed: dict[str, Any]) -> None:
    ((name, value),) = changed.items()
    with pytest.raises(OptionError, match="postfix_tls_" + name):
        plans.needs_of("postfix", {"postfix_tls_" + name: value})


SMTP = {"service": "smtp", "type": "inet", "host": "", "port": 25, "loopback": False, "command": "smtpd", "chroot": "y", "line": 12,
        "options": {}}
SUBMISSION = {**SMTP, "service": "submission", "port": 587}


@pytest.mark.parametrize(("host", "options", "wanted"), [
    ({}, {}, []),
    ({}, {"smtp": "encrypt"}, [(25, False, True)]),
    ({}, {"smtp": "closed"}, [(25, True, True)]),
    ({"settings": {"smtpd_tls_security_level": "encrypt"}}, {}, [(25, False, False)]),
    ({"entries": [SMTP, SUBMISSION]}, {}, [(587, False, True)]),
    ({"entries": [SMTP, {**SUBMISSION, "options": {"smtpd_tls_security_level": "encrypt"}}]}, {}, [(587, False, False)]),
    ({"entries": [SMTP, SUBMISSION]}, {"submission": "closed"}, [(587, True, True)]),
])
def test_where_plaintext_ends(planned: Any, host: dict[str, Any], options: dict[str, Any], wanted: list[Any]) -> None:
    plan = planned("postfix", host, **options)
    assert [(row["port"], row["closed"], row["now"]) for row in plan["ending"]] == wanted
