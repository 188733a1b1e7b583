# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Order a certificate from the host itself: openssl makes key and request, lego asks the directory.

The key waits next to the sets, as one that the controller asks for does, until ``certificate_set`` takes it over.
"""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import pem
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.renewal import lego
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command, guarded

ROOT = "/var/lib/intransit.tls/unattended"
PATIENCE = 300.0
"""Seconds that one order may take."""


@dataclass(frozen=True)
class Ordered:
    """A certificate that the directory issued."""

    leaf: str
    chain: str
    private_key: str
    """File with its key; empty if the key of the present set was used again."""
    notes: tuple[str, ...] = ()
    """Sentences about what happened on the way."""


def ask_directory(entry: Mapping[str, Any], acme: Mapping[str, Any], secrets: Mapping[str, str], root: str = ROOT
                  ) -> Ordered:
    """Return a new certificate for an entry.

    Args:
        entry: the completed entry.
        acme: of the job.
        secrets: of the environment file.
        root: folder of the accounts.

    Raises:
        CertificateError: none came, with the reason in the directory's words.
        TransactionError: another account could change a folder on the way.
    """
    for program, package in (("lego", "lego"), ("openssl", "openssl")):
        if command.find(program) is None:
            raise CertificateError(f"There is no {program} on this host. Install the Debian package {package}.")
    folder = os.path.join(root, "lego-" + hashlib.sha256(acme["directory"].encode()).hexdigest()[:16])
    guarded.make_folder(folder, 0o700)
    keeps = bool(entry.get("reuse_key")) and os.path.exists(entry["private_key"])
    key = entry["private_key"] if keeps else _make_key(entry)
    request = os.path.join(folder, "request.pem")
    _run(lego.make_request_command(entry, key, request), "The signing request could not be made")
    notes: tuple[str, ...] = ()
    done = _ask(entry, acme, secrets, folder, request)
    if done.returncode != 0 and lego.ACCOUNT_GONE in done.words.lower():
        aside = _put_aside(folder)
        notes = (f"{acme['directory']} no longer knows the account of this host, so a new one was registered. The key "
                 f"of the old one is in {aside}.",)
        done = _ask(entry, acme, secrets, folder, request)
    if done.returncode != 0:
        end = "" if done.returncode is not None else f"It did not answer within {PATIENCE:.0f} s. "
        raise CertificateError(end + (lego.shorten_words(done.words, secrets) or "lego gave no reason."))
    leaf, chain = _read_issued(folder)
    return Ordered(leaf, chain, "" if keeps else key, notes)


def _make_key(entry: Mapping[str, Any]) -> str:
    path = str(entry["staged_key"])
    guarded.make_folder(os.path.dirname(path), 0o755)
    if os.path.lexists(path):
        os.unlink(path)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    _run(lego.make_key_command(entry, path), "The key could not be made")
    return path


def _run(argv: list[str], failure: str) -> None:
    done = command.run(argv, 120)
    if not done.ok:
        raise CertificateError(f"{failure}: {done.describe()}. {lego.shorten_words(done.words, {})}")


def _ask(entry: Mapping[str, Any], acme: Mapping[str, Any], secrets: Mapping[str, str], folder: str, request: str
         ) -> command.CommandResult:
    for path in glob.glob(os.path.join(glob.escape(folder), "certificates", "*")):
        os.unlink(path)
    known = bool(glob.glob(os.path.join(glob.escape(folder), "accounts", "*", "*", "account.json")))
    argv = lego.make_order_command(entry, acme, folder, request, secrets, known)
    return command.run(argv, PATIENCE, lego.make_environment(acme, secrets), cwd=folder)


def _put_aside(folder: str) -> str:
    """Move the accounts away, so that lego registers a new one; only the last ones are kept."""
    accounts = os.path.join(folder, "accounts")
    number = 1
    while os.path.exists(f"{accounts}.gone-{number}"):
        number += 1
    os.rename(accounts, f"{accounts}.gone-{number}")
    return f"{accounts}.gone-{number}"


def _read_issued(folder: str) -> tuple[str, str]:
    found = [path for path in glob.glob(os.path.join(glob.escape(folder), "certificates", "*.crt"))
             if not path.endswith(".issuer.crt")]
    if len(found) != 1:
        raise CertificateError(f"lego ended without a failure, but left {len(found)} certificates in {folder}.")
    with open(found[0], "rb") as stream:
        blocks = pem.split_blocks(stream.read(1024 * 1024))
    texts = [pem.write_armour(block.der) for block in blocks if block.label == "CERTIFICATE" and block.der]
    if not texts:
        raise CertificateError(f"lego ended without a failure, but {found[0]} holds no certificate.")
    return texts[0], "".join(texts[1:])
