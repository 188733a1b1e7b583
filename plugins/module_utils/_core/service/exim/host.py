# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read of Exim on a host, and the facts made of it: plain data, nothing secret in them.

``exim4 -bP`` prints what is in force.  It never says in which line, and an option that is set twice stops Exim; so the
files from which Debian makes the configuration are read as well, as ``update-exim4.conf`` joins them.
(Debian: update-exim4.conf(8), README.Debian of exim4-base; measured on 4.96 and 4.98.2.)
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import assignments, exim
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import BUILT_IN, Host, Setting, Steps

ROOT = "/etc/exim4"
WHOLE = ROOT + "/exim4.conf"
"""If it exists, Exim reads it instead of what Debian makes."""
DEBIAN = ROOT + "/update-exim4.conf.conf"
DEFAULTS = "/etc/default/exim4"
LOCAL = ROOT + "/exim4.conf.localmacros"
TEMPLATE = ROOT + "/exim4.conf.template"
MAIN = ROOT + "/conf.d/main"
TRANSPORTS = ROOT + "/conf.d/transport/30_exim4-config_remote_smtp*"
UNSPLIT_CONF = ROOT + "/intransit-tls.conf"
"""The file that the role writes if the configuration is not split; a line in ``LOCAL`` includes it."""
SPLIT_CONF = MAIN + "/000_zz-intransit-tls"
"""The file that the role writes if it is split: behind 000_localmacros, in front of Debian's."""
PORTS = {"smtp": 25, "submission": 587, "submissions": 465, "smtps": 465, "ssmtp": 465}
_ASKED = ("primary_hostname", "local_interfaces", "daemon_smtp_ports", "tls_on_connect_ports", "tls_certificate",
          "tls_privatekey", "acl_smtp_mail")
_TLS_PORTS = re.compile(r"inlist\{\$received_port\}\{([0-9 :]*)\}\}\\n !encrypted")
"""In the ACL that the role writes: ports on which mail is not taken without TLS."""
_ADDRESS = re.compile(r"\[(?P<plain>[^]]+)\](?::(?P<port>\d+))?\Z|(?P<four>\d+\.\d+\.\d+\.\d+)(?:\.(?P<behind>\d+))?\Z"
                      r"|(?P<six>[0-9a-fA-F:]*:[0-9a-fA-F:]*)(?:\.(?P<last>\d+))?\Z")
_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_SERVER = re.compile(r"(?m)^(?:server_(?:condition|secret|socket|keytab|hostname|service) = \S|server_param1 = \S)")
OURS = re.compile(r"(?:MAIN_TLS_\w+|MAIN_ACL_CHECK_MAIL|REMOTE_SMTP_(?:SMARTHOST_)?(?:HOSTS_REQUIRE_TLS|TLS_VERIFY_\w+)"
                  r"|AUTH_CLIENT_ALLOW_NOTLS_PASSWORDS|tls_(?!dh|eccurve|resumption|ocsp|crl)\w+|daemon_smtp_ports|auth_advertise_hosts"
                  r"|acl_smtp_(?:auth|mail))\Z")
"""Macros and options that are reported: those that the role sets, and those that would undo what it sets."""
_DEEPEST = 8

Files = dict[str, dict[str, Any]]
"""Path to ``digest``, the checksum of the text without our edits, and ``edited``, if it has some."""


def read() -> Steps[dict[str, Any]]:
    """Return what a plan needs to know of this Exim.

    Keys: ``hostname``, ``whole`` (``WHOLE`` exists), ``split``, ``interfaces`` (``address``, ``port`` or None),
    ``ports``, ``tls_ports`` (of those the ones with TLS from the first byte), ``logins`` (an authenticator for
    clients exists), ``requires_tls`` (ports that the role closed to plaintext), ``command`` (options of the daemon's
    command line that rule its ports), ``daemon`` (it is started to listen), ``settings`` (macros and options about
    TLS in the files, in the order in which Exim reads them), ``files``, ``transports``, ``present_certificates``,
    ``problems``.
    """
    problems: list[str] = []
    printed = yield from model.run(["exim4", "-bP", *_ASKED], as_reader=True, timeout=20)
    if not printed.ok:
        problems.append(
            "Exim does not accept its configuration. Run `exim4 -bV` on the host to see why, and repair that first.")
    values = _pairs(printed.stdout if printed.ok else "")
    authenticators = yield from model.run(["exim4", "-bP", "authenticators"], as_reader=True, timeout=20)
    debian = assignments.read((yield from model.read_text(DEBIAN)).text)
    split = str(debian.get("dc_use_split_config") or "false").lower() == "true"
    command, daemon, problem = _command_line(assignments.read((yield from model.read_text(DEFAULTS)).text))
    problems += problem
    files: Files = {}
    settings: list[dict[str, Any]] = []
    for path in (yield from _sources(split)):
        problems += yield from _read_file(path, files, settings, _DEEPEST)
    acl = _TLS_PORTS.search(values.get("acl_smtp_mail", ""))
    return {
        "hostname": values.get("primary_hostname", ""), "split": split,
        "whole": (yield from model.kind_of(WHOLE)) != "absent",
        "interfaces": list(_interfaces(values.get("local_interfaces", ""))),
        "ports": list_ports(values.get("daemon_smtp_ports", "")),
        "tls_ports": list_ports(values.get("tls_on_connect_ports", "")),
        "logins": bool(_SERVER.search(authenticators.stdout)), "requires_tls": list_ports(acl[1]) if acl else [],
        "command": command, "daemon": daemon, "settings": settings, "files": files,
        "transports": (yield from _transports(split, files)),
        "present_certificates": _present_certificates(values), "problems": problems,
    }


def _pairs(text: str) -> dict[str, str]:
    rows = (line.partition("=") for line in text.split("\n"))
    return {name.strip(): value.strip() for name, equals, value in rows if equals}


def _command_line(defaults: Mapping[str, Any]) -> tuple[str, bool, list[str]]:
    """Return the option by which the command line rules ports, whether a daemon listens at all, and problems."""
    names = ("COMMONOPTIONS", "SMTPLISTENEROPTIONS", "EXIMSERVICE", "EXIMDAEMONOPTS")
    ruling = [f"-oX in {name}" for name in names if re.search(r"(?:\A|\s)-oX", str(defaults.get(name) or ""))]
    unread = [name for name in (*names, "QUEUERUNNER", "UPEX4OPTS") if name in defaults and defaults[name] is None]
    problems = [f"Only a shell could tell what {name} in {DEFAULTS} is. Write its value as plain text."
                for name in unread]
    if defaults.get("UPEX4OPTS"):
        problems.append(f"UPEX4OPTS in {DEFAULTS} makes Debian's tools read or write other files than the usual ones, "
                        "which the role does not know. Take it out.")
    service = str(defaults.get("EXIMSERVICE") or "-bd")
    listens = defaults.get("QUEUERUNNER") not in ("nodaemon", "queueonly") and "-bd" in service
    return "".join(ruling[:1]), listens, problems


def _sources(split: bool) -> Steps[list[str]]:
    """Return the files of the main part in the order in which they are joined; of the role's own only its place."""
    if not split:
        return [LOCAL, UNSPLIT_CONF, TEMPLATE]
    names = {path.rpartition("/")[2] for path in (yield from model.find_paths(MAIN + "/*"))}
    chosen = [name + (".rul" if name + ".rul" in names else "") for name in sorted(names) if _NAME.match(name)]
    return [f"{MAIN}/{name}" for name in sorted({*chosen, SPLIT_CONF.rpartition("/")[2]})]


def _read_file(path: str, files: Files, settings: list[dict[str, Any]], depth: int) -> Steps[list[str]]:
    """Add what a file holds; return what is wrong with it."""
    if path in (UNSPLIT_CONF, SPLIT_CONF):
        settings.append({"kind": "ours", "name": "", "value": "", "file": path, "shown": 0, "lines": [], "guards": []})
        return []
    file = (yield from model.read_text(path)) if depth else model.Text(problem=f"{path} cannot be read")
    if not file.exists:
        file = model.Text()
    if file.problem:
        return [f"{file.problem.rstrip('.')}, and Exim reads it. Repair that first."]
    files[path] = {"digest": exim.hash_original(file.text), "edited": bool(exim.show_edits(file.text))}
    find, problems = partial(exim.find_line, file.text), []
    for line in exim.parse(exim.remove_edits(file.text)):
        if line.kind == "include" and line.name.startswith("/"):
            problems += yield from _read_file(line.name, files, settings, depth - 1)
        elif line.kind in ("macro", "option") and OURS.match(line.name):
            settings.append({
                "kind": line.kind, "name": line.name, "value": line.value, "file": path, "shown": find(line.numbers[0]),
                "lines": list(line.numbers), "guards": [list(row) for row in line.conditions]})
    return problems


def _interfaces(text: str) -> Iterator[dict[str, Any]]:
    """Yield ``address`` and ``port`` (None: those of daemon_smtp_ports); what is none of both has an empty address."""
    separated = re.match(r"<(\S)\s*(.*)", text)
    if separated:
        items = separated[2].split(separated[1])
    else:
        # A list by colons writes each colon of an address twice.
        items = [item.replace("\0", ":") for item in text.replace("::", "\0").split(":")]
    for item in [item.strip() for item in items if item.strip()]:
        match = _ADDRESS.match(item)
        found = match.groupdict() if match else {}
        port = found.get("port") or found.get("behind") or found.get("last")
        address = found.get("plain") or found.get("four") or found.get("six") or ""
        yield {"address": address, "port": int(port) if port else None}


def is_loopback(address: str) -> bool:
    """Tell whether only the host itself reaches an address."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def list_ports(text: str) -> list[int]:
    """Return the ports of a list, by number or by name."""
    separated = re.match(r"<(\S)\s*(.*)", text)
    words = separated[2].split(separated[1]) if separated else text.split(":")
    found = [PORTS.get(word.strip(), int(word) if word.strip().isdigit() else 0) for word in words]
    return [port for port in dict.fromkeys(found) if port]


def _transports(split: bool, files: Files) -> Steps[list[dict[str, Any]]]:
    """Return ``name``, ``file`` and ``line`` (of its driver) of Debian's transports without a floor of their own."""
    found = []
    paths = (yield from model.find_paths(TRANSPORTS)) if split else (TEMPLATE,)
    for path in [path for path in paths if not split or _NAME.match(path.rpartition("/")[2])]:
        text = (yield from model.read_text(path)).text
        files.setdefault(path, {"digest": exim.hash_original(text), "edited": bool(exim.show_edits(text))})
        drivers = exim.find_drivers(exim.remove_edits(text))
        found += [{"name": name, "file": path, "line": line} for name, line in drivers
                  if name in ("remote_smtp", "remote_smtp_smarthost")]
    return found


def _present_certificates(values: Mapping[str, str]) -> list[dict[str, str]]:
    certificate = values.get("tls_certificate", "")
    key = values.get("tls_privatekey") or certificate
    if not certificate.startswith("/") or not key.startswith("/") or "$" in certificate + key:
        return []
    return [{"certificate": certificate, "private_key": key, "chain": "", "owner": "root", "group": "Debian-exim"}]


def read_cipher_settings(_library: str) -> Steps[tuple[Setting, ...]]:
    """Return tls_require_ciphers of the server, and of transports that set it."""
    main = yield from model.run(["exim4", "-bP", "tls_require_ciphers"], as_reader=True, timeout=20)
    transports = yield from model.run(["exim4", "-bP", "transports"], as_reader=True, timeout=20)
    if not main.ok or not transports.ok:
        raise DialectError("`exim4 -bP` failed. Run `exim4 -bV` on the host to see why.")
    value = _pairs(main.stdout).get("tls_require_ciphers", "")
    found = [Setting("tls_require_ciphers", value, "exim4 -bP") if value else
             Setting("tls_require_ciphers", "NORMAL", BUILT_IN)]
    name = ""
    for line in transports.stdout.split("\n"):
        if line.endswith(" transport:"):
            name = line.rpartition(" ")[0]
        key, _sign, value = line.partition(" = ")
        if key == "tls_require_ciphers" and value:
            found.append(Setting("tls_require_ciphers", value, "transport " + name))
    return tuple(found)


HOST = Host(
    name="exim", package="exim4-daemon-light", variants=("exim4-daemon-heavy",), tls_objects=("/usr/sbin/exim4",),
    units=("exim4.service",), processes=("exim4",), configuration=(DEBIAN, ROOT), read=read,
    cipher_settings=read_cipher_settings,
)
