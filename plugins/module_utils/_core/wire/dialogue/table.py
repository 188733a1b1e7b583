# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Protocol to dialogue: one row for each; a new protocol is a file and a row here."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue import implicit as im
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import Dialogue
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.database import MYSQL, POSTGRES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.imap import IMAP, SIEVE
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.ldap import LDAP
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.smtp import DIALOGUE as SMTP
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.userpass import FTP, NNTP, POP3
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.xmpp import XMPP

DIALOGUES: "dict[str, Dialogue]" = {
    "smtp": SMTP,
    "submission": SMTP,
    "smtps": im.implicit(SMTP, im.SMTP_WORDS),
    "lmtp": SMTP,
    "imap": IMAP,
    "imaps": im.implicit(IMAP, im.IMAP_WORDS),
    "pop3": POP3,
    "pop3s": im.implicit(POP3, im.POP3_WORDS),
    "ldap": LDAP,
    "ldaps": im.implicit(LDAP, im.LDAP_WORDS, greets=False),
    "ftp": FTP,
    "ftps": im.implicit(FTP, im.FTP_WORDS),
    "postgres": POSTGRES,
    "mysql": MYSQL,
    "xmpp": XMPP,
    "sieve": SIEVE,
    "nntp": NNTP,
    "redis": im.REDIS,
    "mongodb": im.MONGODB,
    "tls": im.TLS,
}
"""Every protocol but http and https, which are in ``plan_endpoint``."""
