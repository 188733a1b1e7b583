# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which settings of Dovecot 2.4 count for its databases."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.dovecot_blocks import find_uses
from ansible_collections.intransit.tls.plugins.module_utils._core.format.dovecot import parse

GLOBAL = "ldap_uris = ldap://localhost\n"


@pytest.mark.parametrize(("text", "wanted"), [
    (GLOBAL, []),
    (GLOBAL + "passdb pam {\n}\n", []),
    (GLOBAL + "passdb ldap {\n}\n", [("", 1, False, True)]),
    (GLOBAL + "passdb users {\ndriver = ldap\n}\n", [("", 1, False, True)]),
    (GLOBAL + "passdb ldap {\ndriver = pam\n}\n", []),
    (GLOBAL + "ldap_starttls = yes\nuserdb ldap {\nfilter = x\n}\n", [("", 1, True, True)]),
    # What is said in the block counts, so that a setting outside of it would change nothing.
    (GLOBAL + "ldap_starttls = yes\npassdb ldap {\nldap_starttls = no\n}\n", [("", 1, False, False)]),
    (GLOBAL + "passdb ldap {\nldap_starttls = yes\n}\nuserdb ldap {\nx = y\n}\n", [("", 1, False, False)]),
    ("passdb ldap {\nldap_uris = ldap://localhost\nfields {\na = b\n}\n}\n", [("passdb ldap", 2, False, True)]),
    ("protocol imap {\npassdb ldap {\nldap_uris = ldap://a\n}\n}\n", [("protocol imap > passdb ldap", 3, False, True)]),
    (GLOBAL + "ldap_uris = ldap://b\npassdb ldap {\n}\n", [("", 2, False, True)]),
])
def test_the_innermost_and_last_setting_counts(text: str, wanted: list[tuple[str, int, bool, bool]]) -> None:
    assert [(item.scope, item.line, in_tls, near) for _file, item, in_tls, near in find_uses(parse(text, "/f"))] == wanted
