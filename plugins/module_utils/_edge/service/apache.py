# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask Apache on this host what it reads.

``apache2ctl -t -D DUMP_CONFIG`` prints the whole configuration as Apache reads it, if mod_info is loaded.  The modules
that the role switches on are loaded as well, so that what stands in ``<IfModule>`` is judged as it will be in force.
They are loaded for this one command only: nothing on the host is changed and the daemon does not notice.

Reading a configuration means to load the modules that it names, and files of other accounts may be part of it.  So the
command runs as the account ``nobody`` with one right of root, to read every file (CAP_DAC_READ_SEARCH).  Only if that
fails, and everything below the configuration's folder belongs to root alone, it is run as root.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import ApacheConfig
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.dump import read_dump
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.seen import seen
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command

ROOT = "/etc/apache2"
_MODULES = "/usr/lib/apache2/modules"
_LOADED = ("info", "socache_shmcb", "ssl", "headers")
"""mod_info prints the configuration; the others are what the role switches on."""
_SIZE_LIMIT = 16 * 1024 * 1024
_READER = (
    "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--no-new-privs",
    "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search",
    "--bounding-set=-all,+dac_read_search",
)


def describe(root: str = ROOT) -> dict[str, Any]:
    """Return ``vhosts``, ``listens``, ``modules``, ``tls_settings``, ``problems`` of the configuration on the disk.

    Args:
        root: the configuration's folder.
    """
    modules = sorted(os.path.basename(path)[: -len(".load")] for path in glob.glob(root + "/mods-enabled/*.load"))
    try:
        config = configuration(root)
    except (DialectError, TransactionError) as error:
        config = ApacheConfig(problems=[error.message])
    return dict(seen(config), modules=modules)


def configuration(root: str = ROOT) -> ApacheConfig:
    """Return the configuration on the disk as Apache reads it.

    Raises:
        DialectError: Apache does not take it, with Apache's own words.
        TransactionError: it prints more than can be read here.
    """
    argv, environment = _command(root)
    result = _run([*_READER, *argv], environment)
    foreign = "" if result.ok else _foreign(root)
    if foreign:
        raise DialectError(
            "Apache's configuration cannot be read without the rights of root, and it is not read with them, because "
            f"an account other than root can write {foreign}. Give that to root alone. Apache's own words:\n"
            f"{result.words[-2000:]}")
    if not result.ok:
        result = _run(argv, environment)
    if not result.ok:
        # What it printed before it stopped is its configuration, passwords included.
        words = result.stderr.strip()[-2000:] or result.describe()
        raise DialectError(f"Apache does not take its configuration as it is. Its own words:\n{words}")
    return read_dump(result.stdout)


def _command(root: str) -> tuple[list[str], dict[str, str]]:
    argv = ["apache2ctl"]
    for name in _LOADED:
        if os.path.exists(f"{_MODULES}/mod_{name}.so"):
            argv += ["-C", f"LoadModule {name}_module {_MODULES}/mod_{name}.so"]
    environment = {} if root == ROOT else {"APACHE_CONFDIR": root}
    return [*argv, "-t", "-D", "DUMP_CONFIG"], environment


def _run(argv: Sequence[str], environment: Mapping[str, str]) -> command.CommandResult:
    # What is printed may be written again as a site, byte for byte.
    return command.ask(argv, timeout=30, extra_environment=environment, keep=_SIZE_LIMIT, errors="surrogateescape")


def _foreign(root: str) -> str:
    """Return something below a folder, links followed, that an account other than root can write; empty if nothing."""
    for folder, _folders, names in os.walk(root, followlinks=True):
        for path in [folder, *(os.path.join(folder, name) for name in names)]:
            try:
                status = os.stat(path)
            except OSError:
                continue
            by_group = status.st_mode & stat.S_IWGRP and status.st_gid != 0
            if status.st_uid != 0 or by_group or status.st_mode & stat.S_IWOTH:
                return path
    return ""
