# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read of Dovecot on a host, and the facts made of it: plain data, nothing secret in them.

doveconf says what is served; it never says in which line.  So the files are read as well, as Dovecot reads them, for
settings that count in spite of the role's file.  Only settings about TLS are kept, since others hold passwords.
(Dovecot 2.3 and 2.4: doveconf(1), doc.dovecot.org, "SSL/TLS Configuration" and "Service Configuration".)
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._core.format.dovecot import Line, parse
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import BUILT_IN, Host, Setting, Steps

ROOT = "/etc/dovecot"
CONF = ROOT + "/conf.d/zz-intransit-tls.conf"
"""The file that the role writes; what it holds is not reported."""
SERVER = "ssl_server"
"""Block of Dovecot 2.4: ``cert_file`` in it is ssl_server_cert_file, ``ssl_min_protocol`` a value of its own."""
_ABOUT_TLS = re.compile(
    r"ssl\Z|ssl_(?!client_|\w*password)|auth_ssl_|(?:disable_plaintext_auth|auth_allow_cleartext|login_trusted_networks)\Z")
_PLACE = re.compile(r"(/\S+) line (\d+)")
_SERVICES = {"imap-login": ("imap", "imaps"), "pop3-login": ("pop3", "pop3s"), "managesieve-login": ("sieve", "tls"),
             "submission-login": ("submission", "smtps"), "lmtp": ("lmtp", "tls")}
"""Service to what it speaks, without TLS from the first byte and with it; its word in ``protocols`` is the first."""
_USUAL: dict[tuple[str, str], dict[str, str]] = {
    ("imap-login", "imap"): {"port": "143"}, ("imap-login", "imaps"): {"port": "993", "ssl": "yes"},
    ("pop3-login", "pop3"): {"port": "110"}, ("pop3-login", "pop3s"): {"port": "995", "ssl": "yes"},
    ("submission-login", "submission"): {"port": "587"}, ("managesieve-login", "sieve"): {"port": "4190"},
    ("submission-login", "submissions"): {"port": "465", "ssl": "yes"},
}
"""Listeners that Dovecot has by itself; doveconf prints only what differs.  Those of 2.3 have no submissions."""
_DEEPEST = 16


@dataclass
class Configuration:
    """Every setting, in the order in which Dovecot reads them."""

    lines: list[Line] = field(default_factory=list)
    behind: int = -1
    """Number of lines before the role's file is read; -1 if no ``!include`` names it."""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Path of each file to ``digest``, the checksum of its text without our edits, and ``edited``, if it has some."""
    problems: list[str] = field(default_factory=list)

    def counts(self, number: int, line: Line) -> bool:
        """Tell whether a setting is in force whatever the role's file says: it is in a block, or read later."""
        return bool(line.blocks) or 0 <= self.behind <= number


def read_configuration(as_it_is: bool = False) -> Steps[Configuration]:
    """Read the files; without our edits and our own file, unless they are wanted ``as_it_is``."""
    found = Configuration()
    try:
        yield from _file(ROOT + "/dovecot.conf", (), found, as_it_is, _DEEPEST)
    except DialectError as error:
        found.problems.append(error.message)
    return found


def _file(path: str, blocks: tuple[str, ...], found: Configuration, as_it_is: bool, depth: int) -> Steps[None]:
    file = (yield from model.read_text(path)) if depth else model.Text(problem=f"{path} cannot be read")
    if file.problem:
        raise DialectError(f"{file.problem.rstrip('.')}, and Dovecot reads it. Repair that first.")
    found.files[path] = {"digest": marks.hash_original(file.text), "edited": bool(marks.find_marked(file.text))}
    text = file.text if as_it_is else marks.remove_marks(file.text)
    for line in parse(text, path, partial(marks.find_line, file.text) if not as_it_is else int):
        if not line.name.startswith("!include"):
            found.lines.append(Line(blocks + line.blocks, line.name, line.value, path, line.numbers, line.shown))
            continue
        pattern = posixpath.join(posixpath.dirname(path), line.value)
        names = set((yield from model.find_paths(pattern)))
        ours = fnmatch.fnmatchcase(CONF, pattern) and not blocks and not line.blocks
        for name in sorted(names | {CONF} if ours else names):
            if name == CONF and not as_it_is:
                found.behind = len(found.lines)
            elif name in names:
                yield from _file(name, blocks + line.blocks, found, as_it_is, depth - 1)


def read() -> Steps[dict[str, Any]]:
    """Return ``settings``, ``sockets``, ``folders``, ``included``, ``files`` and ``problems``.

    ``settings`` are those about TLS that count in spite of the role's file, and login_trusted_networks; ``sockets`` the
    ports of every service that is on; ``folders`` where Dovecot writes while it runs; ``present_certificates`` the one
    that it serves to clients that name no other (``_core/service/present_certificate.py``).
    """
    config = yield from read_configuration()
    version = (yield from model.version_of("dovecot-core")) or ""
    printed = yield from model.run(["doveconf", "-n"], as_reader=True)
    own = yield from model.read_text(CONF)
    lines: tuple[Line, ...] = ()
    ours: tuple[Line, ...] = ()
    problems = list(config.problems)
    try:
        ours = parse(own.text, CONF)
        lines = (*parse(printed.stdout, "doveconf -n"), *_before_us(config, own.text)) if printed.ok else ()
    except DialectError as error:
        problems.append(error.message)
    if not printed.ok and not problems:
        # Its own words may quote a line, and a line may hold a password.
        place = _PLACE.search(printed.stderr)
        problems.append((f"Dovecot does not accept {place[1]}:{place[2]}. " if place else "doveconf -n failed. ")
                        + "Run `doveconf -n` on the host to see why, and repair that first.")
    plain = {line.name: line.value for line in lines if not line.blocks}
    return {
        "settings": [_row(line) for number, line in enumerate(config.lines) if _is_reported(number, line, config)],
        "sockets": list(_sockets(lines, has_new_names(version))), "included": config.behind >= 0,
        "folders": [posixpath.normpath(re.sub(r"\A/var/run(?=/)", "/run", plain.get(name, usual)))
                    for name, usual in (("base_dir", "/run/dovecot"), ("state_dir", "/var/lib/dovecot"))],
        "files": config.files, "problems": problems,
        "present_certificates": _present_certificates([*config.lines, *ours], has_new_names(version)),
    }


def _present_certificates(lines: Sequence[Line], new: bool) -> list[dict[str, str]]:
    said = {_full_name(line): line.value.lstrip("<").strip() for line in lines if line.blocks in ((), (SERVER,))}
    names = ("ssl_server_cert_file", "ssl_server_key_file") if new else ("ssl_cert", "ssl_key")
    certificate, key = (said.get(name, "") for name in names)
    if not (certificate.startswith("/") and key.startswith("/")) or "$" in certificate + key:
        return []
    return [{"certificate": certificate, "private_key": key, "chain": "", "owner": "root", "group": "dovecot"}]


def has_new_names(version: str) -> bool:
    """Tell whether a package version has the names of settings of Dovecot 2.4."""
    return model.is_since(version, (2, 4))


def _is_reported(number: int, line: Line, config: Configuration) -> bool:
    if line.blocks and line.blocks[0].startswith("service "):
        return line.name == "port" and 0 <= config.behind <= number
    if not _ABOUT_TLS.match(_full_name(line)):
        return False
    return line.name == "login_trusted_networks" or (
        config.counts(number, line) if _full_name(line) == line.name else 0 <= config.behind <= number)


def _full_name(line: Line) -> str:
    """Return the name that a setting has outside of the block ssl_server."""
    inside = line.blocks[-1:] == (SERVER,) and not line.name.startswith("ssl_")
    return f"{SERVER}_{line.name}" if inside else line.name


def _row(line: Line) -> dict[str, Any]:
    name = _full_name(line)
    blocks = line.blocks if name == line.name else line.blocks[:-1]
    return {"name": name, "value": line.value, "blocks": list(blocks), "file": line.file, "shown": line.shown,
            "lines": list(line.numbers), "alone": True}


def _before_us(config: Configuration, own: str) -> Iterator[Line]:
    """Yield the ports of listeners that the role's file has closed, as they would be without it."""
    for line in [line for line in parse(own, CONF) if len(line.blocks) == 2 and line.name == "port"]:
        key = (line.blocks[0].partition(" ")[2], line.blocks[1].partition(" ")[2])
        said = [other.value for other in config.lines if (other.blocks, other.name) == (line.blocks, "port")]
        yield replace(line, value=[_USUAL.get(key, {}).get("port", "0"), *said][-1])


def _sockets(lines: Sequence[Line], new: bool) -> Iterator[dict[str, Any]]:
    """Yield ``service``, ``listener``, ``protocol``, ``port``, ``addresses``, ``proxy`` of every port it serves."""
    plain = {line.name: line.value for line in lines if not line.blocks}
    served = set(plain.get("protocols", "").replace(",", " ").split())
    served |= {line.name for line in lines if line.blocks == ("protocols",) and line.value == "yes"}
    found = {key: dict(values) for key, values in _USUAL.items() if new or key[1] != "submissions"}
    for line in lines:
        words = " ".join(line.blocks).split()
        if len(line.blocks) == 2 and words[0] == "service" and words[2] == "inet_listener":
            found.setdefault((words[1], " ".join(words[3:])), {})[line.name] = line.value
    for (service, listener), values in found.items():
        names = _SERVICES.get(service, ("", "tls"))
        port = values.get("port", "0")
        if not port.isdigit() or int(port) == 0 or (names[0] and names[0] not in served):
            continue
        listen = values.get("listen") or values.get("address") or plain.get("listen", "") or "*, ::"
        yield {"service": service, "listener": listener, "protocol": names[values.get("ssl") == "yes"],
               "port": int(port), "addresses": listen.replace(",", " ").split(),
               "proxy": values.get("haproxy") == "yes"}


def read_cipher_settings(_library: str) -> Steps[tuple[Setting, ...]]:
    """Return every ssl_cipher_list that is in force: the last one outside of blocks, and those in blocks."""
    config = yield from read_configuration(as_it_is=True)
    if config.problems:
        raise DialectError(config.problems[0])
    found = [line for line in config.lines if line.name == "ssl_cipher_list" and line.value]
    last = [line for line in found if not line.blocks][-1:]
    rows = [Setting(line.name, line.value, str(line)) for line in found if line.blocks or line in last]
    if last:
        return tuple(rows)
    asked = yield from model.run(["doveconf", "-h", "ssl_cipher_list"], as_reader=True)
    if not asked.ok:
        raise DialectError("`doveconf -h ssl_cipher_list` failed. Run `doveconf -n` on the host to see why.")
    return (Setting("ssl_cipher_list", asked.stdout.strip(), BUILT_IN), *rows)


HOST = Host(
    name="dovecot", package="dovecot-core", tls_objects=("/usr/lib/dovecot/modules/libssl_iostream_openssl.so",),
    units=("dovecot.service",), processes=("dovecot",), configuration=(ROOT + "/dovecot.conf", ROOT), read=read,
    cipher_settings=read_cipher_settings,
)
