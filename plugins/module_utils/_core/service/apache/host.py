# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Apache on a host is configured with, as Apache itself reads it.

``apache2ctl -t -D DUMP_CONFIG`` prints the whole configuration as Apache reads it, if mod_info is loaded.  The modules
that the role switches on are loaded as well, so that what stands in ``<IfModule>`` is judged as it will be in force.
They are loaded for this one command only: nothing on the host is changed and the daemon does not notice.

Reading a configuration means to load the modules that it names, and files of other accounts may be part of it.  So the
command runs as the account ``nobody`` with one right of root, to read every file (CAP_DAC_READ_SEARCH).  Only if that
fails, and everything below the configuration's folder belongs to root alone, it is run as root.
"""

from __future__ import annotations

import posixpath
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.behind import read_legs
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.candidates import SERVER_CONF
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import ApacheConfig
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.dump import read_dump
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.seen import describe_seen
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import (
    BUILT_IN,
    Host,
    Printed,
    Setting,
    Steps,
)

ROOT = "/etc/apache2"
_MODULES = "/usr/lib/apache2/modules"
_LOADED = ("info", "socache_shmcb", "ssl", "headers")
"""mod_info prints the configuration; the others are what the role switches on."""
_OUTPUT_LIMIT = 16 * 1024 * 1024
_ADDED = ":!aNULL:!eNULL:!EXP"
"""What mod_ssl puts behind every list."""


def read() -> Steps[dict[str, Any]]:
    """Return ``vhosts``, ``listens``, ``legs``, ``modules``, ``tls_settings``, ``problems`` of what is on the disk.

    ``present_hsts`` is the value that the role wrote, empty if it wrote none; ``present_redirect``: whether plain http
    is redirected by the role already.
    """
    own = yield from model.read_text(SERVER_CONF)
    loads = yield from model.find_paths(f"{ROOT}/mods-enabled/*.load")
    try:
        config = yield from read_configuration()
    except (DialectError, TransactionError) as error:
        config = ApacheConfig(problems=[error.message])
    modules = sorted(posixpath.basename(path)[: -len(".load")] for path in loads)
    return dict(describe_seen(config), legs=(yield from read_legs(config)), modules=modules,
                present_hsts=model.find_hsts(own.text), present_redirect="Redirect permanent " in own.text)


def read_configuration() -> Steps[ApacheConfig]:
    """Return the configuration on the disk as Apache reads it.

    Raises:
        DialectError: Apache does not take it, with Apache's own words.
        TransactionError: it cannot be run, or prints more than can be read here.
    """
    argv = yield from _command()
    printed = yield from _dump(argv, as_reader=True)
    foreign = "" if printed.ok else (yield from model.find_writable(ROOT))
    if foreign:
        raise DialectError(
            "Apache's configuration cannot be read without the rights of root, and it is not read with them, because "
            f"an account other than root can write {foreign}. Give that to root alone. Apache's own words:\n"
            f"{_words(printed)}")
    if not printed.ok:
        printed = yield from _dump(argv, as_reader=False)
    if not printed.ok:
        raise DialectError(f"Apache does not take its configuration as it is. Its own words:\n{_words(printed)}")
    return read_dump(printed.stdout)


def _command() -> Steps[list[str]]:
    argv = ["apache2ctl"]
    for name in _LOADED:
        if (yield from model.kind_of(f"{_MODULES}/mod_{name}.so")) != "absent":
            argv += ["-C", f"LoadModule {name}_module {_MODULES}/mod_{name}.so"]
    return [*argv, "-t", "-D", "DUMP_CONFIG"]


def _dump(argv: list[str], as_reader: bool) -> Steps[Printed]:
    printed = yield from model.run(argv, keep=_OUTPUT_LIMIT, as_reader=as_reader)
    if not printed.did_run:
        raise TransactionError(printed.problem)
    return printed


def _words(printed: Printed) -> str:
    # What it printed before it stopped is its configuration, passwords included.
    return printed.stderr.strip()[-2000:] or printed.problem


def read_cipher_settings(_library: str) -> Steps[tuple[Setting, ...]]:
    """Return every SSLCipherSuite for TLS 1.2 and older; mod_ssl itself rules out the worst."""
    config = yield from read_configuration()
    found = []
    for directive in config.directives:
        if directive.name != "sslciphersuite" or not directive.arguments:
            continue
        if len(directive.arguments) == 1 or directive.arguments[0].upper() == "SSL":
            place = f"{directive.file}:{directive.line}"
            found.append(Setting("SSLCipherSuite", directive.arguments[-1], place, _ADDED))
    return tuple(found) or (Setting("SSLCipherSuite", "DEFAULT", BUILT_IN, _ADDED),)


HOST = Host(
    name="apache",
    package="apache2",
    tls_objects=(f"{_MODULES}/mod_ssl.so",),
    units=("apache2.service",),
    processes=("apache2",),
    configuration=(f"{ROOT}/apache2.conf", f"{ROOT}/ports.conf", ROOT),
    read=read,
    cipher_settings=read_cipher_settings,
)
