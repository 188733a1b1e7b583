# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Applications that have a TLS switch of their own: which file, which switch; and the plan that sets it.

A new application is a row of ``APPLICATIONS``.  Controller only.
(TYPO3: docs.typo3.org, "TYPO3_CONF_VARS", BE and SYS, 11 to 13.  CiviCRM: docs.civicrm.org, "Override CiviCRM
Settings".  WordPress: developer.wordpress.org, "Editing wp-config.php".  Kopano Core 8.7: server.cfg(5),
gateway.cfg(5), ical.cfg(5).)
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option, read_options
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import LOCAL
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import CONTROLS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.page_input import PRESETS

PAGE_CONTROLS = ("reachable", "judged", "page_refused", "page_cookies_plaintext", "page_stays", "page_cookies_secure",
                 "page_forms")
"""What an application and its web server have to show once the switch is set; the rest is the web server's own."""
PORT_CONTROLS = ("reachable", "judged", "implicit_tls_only", "certificate_in_use")
Row = Mapping[str, Any]
Files = Sequence["tuple[str, str]"]
_QUIET = ("-d", "display_errors=0", "-d", "log_errors=0")
"""php -l quotes what it does not understand, which may be a part of a password."""

_FITS = """while [ $# -gt 1 ]; do
  certificate=$(openssl x509 -in "$1" -noout -pubkey) && key=$(openssl pkey -in "$2" -pubout -passin pass:) || exit 1
  if [ "$certificate" != "$key" ]; then echo "$2 is not the key of $1" >&2; exit 1; fi
  shift 2
done"""


@dataclass(frozen=True)
class Application:
    """Where an application has its switch."""

    title: str
    files: tuple[tuple[str, str], ...] = ()
    """Settings files below the application's folder, each with the file that is read behind it, or an empty text."""
    wish: Mapping[str, Any] = field(default_factory=dict)
    """How the switch is set in the settings file (``_core/format/php_switches.py``)."""
    behind: Mapping[str, Any] = field(default_factory=dict)
    """The same for the file that is read behind it; there a switch is only corrected."""
    proxies: tuple[str, ...] = ()
    """Switches that hold the addresses of proxies that end TLS."""
    services: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For services instead of pages: file to its settings; ``{word}`` stands for an option of the entry."""
    ports: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    """Ports and protocols that the settings of a file open."""
    plain: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Settings that leave the ports that begin in plaintext to the host itself, or close them."""
    folder: str = ""
    """Usual folder."""


_TYPO3 = "config/system/", "typo3conf/system/", "public/typo3conf/system/"
_TYPO3_OLD = "typo3conf/", "public/typo3conf/"
APPLICATIONS: Mapping[str, Application] = {
    "typo3": Application(
        title="TYPO3",
        files=(*((place + "settings.php", place + "additional.php") for place in _TYPO3),
               *((place + "LocalConfiguration.php", place + "AdditionalConfiguration.php") for place in _TYPO3_OLD)),
        wish={"form": "returned", "set": {"BE.lockSSL": True}},
        behind={"form": "variable", "variable": "TYPO3_CONF_VARS", "add": False},
        proxies=("SYS.reverseProxyIP", "SYS.reverseProxySSL")),
    "civicrm": Application(
        title="CiviCRM",
        files=tuple((place + "civicrm.settings.php", "") for place in (
            "sites/default/", "web/sites/default/", "wp-content/uploads/civicrm/", "private/", "")),
        wish={"form": "variable", "variable": "civicrm_setting", "set": {"domain.enableSSL": True},
              "harmless": "CRM/Core/ClassLoader.php"}),
    "wordpress": Application(
        title="WordPress", files=(("wp-config.php", ""),),
        wish={"form": "constants", "set": {"FORCE_SSL_ADMIN": True}}),
    "kopano": Application(
        title="Kopano Core", folder="/etc/kopano",
        services={
            "server.cfg": {"server_ssl_key_file": "{bundle}", "server_ssl_ca_file": "{ca_file}",
                           "server_listen_tls": "*:237"},
            "gateway.cfg": {"ssl_private_key_file": "{private_key}", "ssl_certificate_file": "{certificate}",
                            "imaps_listen": "*:993", "pop3s_listen": "*:995", "disable_plaintext_auth": "yes"},
            "ical.cfg": {"ssl_private_key_file": "{private_key}", "ssl_certificate_file": "{certificate}",
                         "icals_listen": "*:8443"}},
        ports={"server.cfg": ((237, "https"),), "gateway.cfg": ((993, "imaps"), (995, "pop3s")),
               "ical.cfg": ((8443, "https"),)},
        plain={"server.cfg": {"server_listen": "127.0.0.1:236"}, "ical.cfg": {"ical_listen": "127.0.0.1:8080"},
               "gateway.cfg": {"imap_listen": "", "pop3_listen": ""}}),
}
"""Every application by its name."""

OPTIONS = (
    Option(name="application", type="choice", choices=tuple(APPLICATIONS)),
    Option(name="path", type="path", default=""),
    Option(name="url", type="str", default="", pattern=r"https://[^/?#\s]+(/[^?#\s]*)?",
           expected="the https URL of the login page, such as https://www.example.org/typo3/"),
    Option(name="address", type="host", default=LOCAL),
    Option(name="proxies", type="list", elements="host", default=()),
    Option(name="reload", type="list", default=(), pattern=r"[A-Za-z0-9_.@:-]+\.service",
           expected="names of units, such as php8.2-fpm.service"),
    Option(name="writable_folder", type="bool", default=False),
    Option(name="certificate", type="path", default=""), Option(name="private_key", type="path", default=""),
    Option(name="bundle", type="path", default=""), Option(name="ca_file", type="path", default=""),
    Option(name="server_name", type="host", default=""),
    Option(name="close_plaintext", type="bool", default=False),
)
"""What an entry of ``application_list`` takes; roles/application/meta/argument_specs.yml describes it."""


def read_entry(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of ``application_list``, checked.

    Raises:
        OptionError: a value is not allowed, or one that this application needs is missing.
    """
    entry = read_options(OPTIONS, written, "application_list: ")
    if not entry["application"]:
        raise OptionError(f"An entry of application_list has no application. Allowed: {', '.join(APPLICATIONS)}.")
    application = APPLICATIONS[entry["application"]]
    needed = ("certificate", "private_key", "server_name") if application.services else ("path", "url")
    meant = {"application", "path", "address", "reload", "writable_folder", *needed}
    meant |= {"bundle", "ca_file", "close_plaintext"} if application.services else set()
    meant |= {"proxies"} if application.proxies else set()
    missing = [name for name in needed if not entry[name]]
    unused = sorted(name for name, value in written.items() if value not in (None, "", [], False) and name not in meant)
    if missing or unused:
        fault = f"needs {', '.join(missing)}" if missing else f"has no use for {', '.join(unused)}"
        raise OptionError(f"application_list: {application.title} {fault}.")
    return {**entry, "path": entry["path"] or application.folder}


def list_candidates(written: Mapping[str, Any]) -> list[str]:
    """Return the paths at which the files of an application may be.

    Raises:
        OptionError: the entry makes no sense.
    """
    entry = read_entry(written)
    return [path for row in _rows(APPLICATIONS[entry["application"]], entry["path"]) for path in row if path]


def _rows(application: Application, path: str) -> list[tuple[str, str]]:
    """Return the settings files, each with the file that is read behind it."""
    if application.services:
        return [(posixpath.join(path, name), "") for name in application.services]
    if not path.endswith(".php"):
        return [(posixpath.join(path, name), posixpath.join(path, behind) if behind else "")
                for name, behind in application.files]
    folder, name = posixpath.split(path)
    names = {posixpath.basename(settings): posixpath.basename(behind) for settings, behind in application.files}
    behind = names.get(name, "")
    return [(path, posixpath.join(folder, behind) if behind else "")]


def plan_application(written: Mapping[str, Any], seen: Sequence[str]) -> dict[str, Any]:
    """Return what ``service_config`` takes to set the switches of an application.

    Args:
        written: the entry.
        seen: what ``roles/application/files/look.sh`` printed for ``list_candidates``: lines of ``file``, path and real
            path, and of ``open``, real path and a folder above it that another account than root can change.

    Returns:
        ``name``, ``title``, ``changes``, ``validation``, ``activation``, ``confirmation`` and ``blocking``.

    Raises:
        OptionError: the entry makes no sense.
    """
    entry = read_entry(written)
    application = APPLICATIONS[entry["application"]]
    words = [line.split("\t") for line in seen]
    real = {row[1]: row[2] for row in words if row[0] == "file" and len(row) == 3}
    rows = [row for row in _rows(application, entry["path"]) if row[0] in real]
    opened = {row[1]: row[2] for row in words if row[0] == "open" and len(row) == 3}
    changes = list(_service_changes(application, entry, rows, real) if application.services
                   else _page_changes(application, entry, rows, real))
    edited = {change["path"] for change in changes}
    blocking = list(_faults(application, entry, rows, {path: opened[path] for path in opened if path in edited}))
    site = urlsplit(entry["url"]).hostname or ""
    return {
        "name": f"application.{entry['application']}" + (f"@{site}" if site else ""),
        "title": application.title, "changes": changes, "blocking": blocking,
        "validation": _validation(entry, changes, application),
        "activation": {"units": list(entry["reload"]), "verb": "restart" if application.services else "reload"},
        "confirmation": _confirmation(application, entry, rows),
    }


def _page_changes(application: Application, entry: Row, rows: Files, real: Mapping[str, str]
                  ) -> Iterator[dict[str, Any]]:
    proxies = ",".join(entry["proxies"])
    switches = {**application.wish["set"], **{name: proxies for name in application.proxies if proxies}}
    for settings, behind in rows:
        yield _edited(real[settings], "php_switches", {**application.wish, "set": switches})
        if behind in real:
            yield _edited(real[behind], "php_switches", {**application.behind, "set": switches})


def _service_changes(application: Application, entry: Row, rows: Files, real: Mapping[str, str]
                     ) -> Iterator[dict[str, Any]]:
    for path, _behind in rows:
        name = posixpath.basename(path)
        values = {key: value.format(**entry) for key, value in application.services[name].items()}
        # Without a file that holds both, the server's own port stays as it is.
        values = values if all(values.values()) else {}
        values.update(application.plain[name] if entry["close_plaintext"] and values else {})
        if values:
            yield _edited(real[path], "kopano", values)


def _edited(path: str, form: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": "edited_file", "format": form, "path": path, "values": dict(values)}


def _faults(application: Application, entry: Row, rows: Files, opened: Mapping[str, str]) -> Iterator[str]:
    if not rows:
        looked = ", ".join(path for row in _rows(application, entry["path"]) for path in row[:1])
        yield (f"No settings file of {application.title} was found. Looked for: {looked}. Set path to the right folder "
               "or file.")
    if len(rows) > 1 and not application.services:
        yield (f"{' and '.join(settings for settings, _behind in rows)} exist, and {application.title} reads one of "
               "them. Set path to the one that the installed version reads.")
    if opened and not entry["writable_folder"]:
        yield from (
            f"{folder} can be changed by another account than root, which could lead what root writes to {path} "
            "elsewhere. Give the folder to root, or set writable_folder to true if you trust that account."
            for path, folder in opened.items())


def _validation(entry: Row, changes: Sequence[Row], application: Application) -> dict[str, Any]:
    staged = [f"{{staged:{change['path']}}}" for change in changes]
    if not application.services:
        php = ["php", *_QUIET, "-l"]
        if len(staged) == 1:
            return {"command": [*php, *staged]}
        return {"command": ["/bin/sh", "-c", f'for file; do {" ".join(php)} "$file" || exit 1; done', "sh", *staged]}
    pairs = [entry["certificate"], entry["private_key"]] + ([entry["bundle"]] * 2 if entry["bundle"] else [])
    return {"command": ["/bin/sh", "-c", _FITS, "sh", *pairs],
            "requires": sorted({*pairs, *([entry["ca_file"]] if entry["ca_file"] else [])})}


def _confirmation(application: Application, entry: Row, rows: Files) -> dict[str, Any]:
    if application.services:
        own_port = entry["bundle"] and entry["ca_file"]
        names = [posixpath.basename(path) for path, _behind in rows]
        ports = [port for name in names if own_port or name != "server.cfg" for port in application.ports[name]]
        endpoints = [_endpoint(entry, entry["server_name"], *port) for port in ports]
        return {"endpoints": endpoints, "certificate": entry["certificate"], "ignore": _others(PORT_CONTROLS)}
    url = urlsplit(entry["url"])
    preset = entry["application"] if entry["application"] in PRESETS else None
    page: dict[str, Any] = {"path": url.path or "/", "preset": preset}
    name = str(url.hostname)
    return {"endpoints": [{**_endpoint(entry, name, url.port or 443, "https"), "pages": [page]},
                          {**_endpoint(entry, name, 80, "http"), "pages": [page]}], "ignore": _others(PAGE_CONTROLS)}


def _endpoint(entry: Row, name: str, port: int, protocol: str) -> dict[str, Any]:
    return {"host": entry["address"], "port": port, "protocol": protocol, "server_name": name}


def _others(controls: Sequence[str]) -> list[str]:
    return [name for name in CONTROLS if name not in controls]
