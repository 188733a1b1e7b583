# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports and protocols that listeners are known by; source: IANA port registry, and where people put things.

A port is only a hint: it orders the questions, and it decides alone only where a
service cannot be asked (UDP) or does not answer to strangers (rsh).
"""

from __future__ import annotations

KINDS: tuple[str, ...] = (
    "tls", "starttls_required", "ssh", "redirect", "starttls_optional", "plaintext_credentials", "plaintext",
    "unknown", "not_tried",
)
"""Every word that ``classification`` can be, good ones first."""

CLEAR: tuple[str, ...] = ("starttls_optional", "plaintext_credentials", "plaintext")
"""Kinds that talk in clear text."""

TCP_HINTS: dict[int, str] = {
    21: "ftp", 22: "ssh", 23: "telnet", 24: "lmtp", 25: "smtp", 53: "dns", 79: "finger", 80: "http", 110: "pop3",
    111: "rpcbind", 119: "nntp", 139: "smb", 143: "imap", 389: "ldap", 443: "https", 445: "smb", 465: "smtps",
    512: "rexec", 513: "rlogin", 514: "rsh", 587: "submission", 631: "http", 636: "ldaps", 873: "rsync", 990: "ftps",
    993: "imaps", 995: "pop3s", 1883: "mqtt", 2049: "nfs", 3306: "mysql", 4190: "sieve", 5222: "xmpp",
    5432: "postgres", 5672: "amqp", 5900: "vnc", 6379: "redis", 8080: "http", 8443: "https", 11211: "memcached",
    27017: "mongodb",
}
UDP_HINTS: dict[int, str] = {
    53: "dns", 67: "dhcp", 68: "dhcp", 69: "tftp", 111: "rpcbind", 123: "ntp", 137: "netbios", 138: "netbios",
    161: "snmp", 162: "snmp", 514: "syslog", 1900: "ssdp", 5353: "mdns",
}

BY_PROTOCOL: dict[str, tuple[str, str]] = {
    "ssh": ("ssh", "info"),
    "telnet": ("plaintext_credentials", "critical"),
    "rexec": ("plaintext_credentials", "critical"),
    "rlogin": ("plaintext_credentials", "critical"),
    "rsh": ("plaintext_credentials", "critical"),
    "vnc": ("plaintext_credentials", "high"),
    "mqtt": ("plaintext_credentials", "high"),
    "amqp": ("plaintext_credentials", "high"),
    "memcached": ("plaintext", "high"),
    "snmp": ("plaintext_credentials", "medium"),
    "tftp": ("plaintext", "high"),
    "rsync": ("plaintext", "medium"),
    "syslog": ("plaintext", "medium"),
    "nfs": ("plaintext", "medium"),
    "finger": ("plaintext", "medium"),
    "netbios": ("plaintext", "low"),
    "rpcbind": ("plaintext", "low"),
    "ssdp": ("plaintext", "low"),
    "mdns": ("plaintext", "low"),
    "dns": ("plaintext", "low"),
    "dhcp": ("plaintext", "low"),
    "ntp": ("plaintext", "low"),
}
"""What a protocol is that has no TLS of its own on this port, and how bad it is to find it outside.

SMB is not here: from version 3 on it may encrypt, which its port does not tell.
"""
