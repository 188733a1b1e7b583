# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines of one section are edited, and nothing else changes."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.sections import edit

SSSD = """[sssd]
domains = a, b

[domain/a]
ldap_uri=ldap://127.0.0.1
# ldap_id_use_start_tls = false
ldap_default_authtok = hunter2

[domain/b]
ldap_uri = ldap://b
"""


def test_a_section_of_several() -> None:
    edited = edit(SSSD, {"domain/a": {"ldap_uri": "ldap://x:389", "ldap_id_use_start_tls": "true"}})
    assert edited == SSSD.replace("ldap_uri=ldap://127.0.0.1", "ldap_uri=ldap://x:389").replace(
        "authtok = hunter2\n", "authtok = hunter2\nldap_id_use_start_tls=true\n")
    assert edit(edited, {"domain/a": {"ldap_uri": "ldap://x:389", "ldap_id_use_start_tls": "true"}}) == edited


def test_a_file_without_sections_and_with_colons() -> None:
    assert edit("ldap_servers: ldap://127.0.0.1/\nLDAP_START_TLS: no\n", {"": {
        "ldap_servers": "ldap://x", "ldap_start_tls": "yes", "ldap_tls_check_peer": "yes"}}) == (
            "ldap_servers: ldap://x\nLDAP_START_TLS: yes\nldap_tls_check_peer: yes\n")
    assert edit("", {"": {"tls": "yes"}}) == "tls = yes\n"


def test_of_several_lines_about_a_key_the_last_one_counts() -> None:
    assert edit("tls = no\ntls = maybe\n", {"": {"tls": "yes"}}) == "#tls = no\ntls = yes\n"


@pytest.mark.parametrize("values", [{"domain/c": {"a": "b"}}, {"": {"a b": "c"}}, {"": {"a": "b\nc"}}, {"": {"a": ""}}])
def test_what_cannot_be_written(values: dict[str, dict[str, str]]) -> None:
    with pytest.raises(TransactionError):
        edit(SSSD, values)
