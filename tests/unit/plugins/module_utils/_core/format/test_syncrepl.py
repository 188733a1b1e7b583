# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A value of olcSyncrepl: its words as slapd reads them, and an edit that leaves all others as they are written."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import syncrepl

VALUE = ('{0}rid=001 provider=ldap://ldap.example.org:389 bindmethod=simple  binddn="cn=repl,dc=x" credentials="a b\\"=\\\\c" '
         'starttls=no retry="60 +"')
WANTED = {"starttls": "critical", "tls_cacert": "/ca.pem"}


def test_words_without_quotes() -> None:
    words = syncrepl.read(VALUE)
    assert words["rid"] == "001" and words["credentials"] == 'a b"=\\c' and words["retry"] == "60 +"
    assert words["binddn"] == "cn=repl,dc=x"
    assert syncrepl.read('{1}"Provider=ldap://x" filter="(a=b)"') == {"provider": "ldap://x", "filter": "(a=b)"}


def test_an_edit_keeps_every_other_word() -> None:
    assert syncrepl.edit(VALUE, WANTED) == VALUE.replace("starttls=no", "starttls=critical") + " tls_cacert=/ca.pem"
    assert syncrepl.edit(syncrepl.edit(VALUE, WANTED), WANTED) == syncrepl.edit(VALUE, WANTED)
    assert syncrepl.edit('tls_cacert="/ca.pem" rid=1', WANTED) == 'tls_cacert="/ca.pem" rid=1 starttls=critical'
    # What looks like a word inside a password is none.
    inside = 'credentials="x starttls=no" rid=1'
    assert syncrepl.edit(inside, WANTED) == inside + " starttls=critical tls_cacert=/ca.pem"


def test_every_word_of_a_key_is_replaced_since_the_last_one_wins() -> None:
    assert syncrepl.edit("StartTLS=yes rid=1 starttls=no", {"starttls": "critical"}) == (
        "StartTLS=critical rid=1 starttls=critical")


@pytest.mark.parametrize(("words", "plain"), [
    ({"provider": "ldap://x"}, True),
    ({"provider": "LDAP://x", "starttls": "yes"}, True),
    ({"provider": "ldap://x", "starttls": "critical"}, False),
    ({"provider": "ldaps://x"}, False),
    ({}, False),
])
def test_what_uses_plaintext(words: dict[str, str], plain: bool) -> None:
    assert syncrepl.is_plaintext(words) is plain


def test_a_word_that_needs_quotes_is_refused() -> None:
    with pytest.raises(TransactionError, match="'/a b' cannot be written"):
        syncrepl.edit(VALUE, {"tls_cacert": "/a b"})
