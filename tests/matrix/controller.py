# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A controller for newer versions of ansible-core than this machine's Python can run: a Debian 13 host of the beds.

The checkout is copied to the same path there, so that the inventories of beds and the links of ``.cache`` hold as they
are. pip there gets the settings of pip here, as far as they name no files of this machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from engine import CACHE, BedError, Engine
from fleet import Bed, Host, raise_bed, strike_bed

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("git", "gnutls-bin", "openssh-client", "openssl", "python3-venv")
# What pip there takes over: how the index is reached. Folders and constraints of this machine would be missing.
PIP_SETTINGS = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout")


PATIENCE = 1800
"""Seconds for one command."""


class Controller:
    """The container, and commands run in it."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.bed = Bed(name)
        self.container = self.bed.container("controller")

    def up(self) -> None:
        """Raise a fresh one with the checkout in it."""
        strike_bed(self.engine, self.bed)
        raise_bed(self.engine, self.bed, [Host("controller", "debian13")])
        self._settings_of_pip()
        self.check(["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", "install", "--yes", "--no-install-recommends",
                    *PACKAGES],
                   folder="/", DEBIAN_FRONTEND="noninteractive")
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout
        names = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
        self.put([*names, ".cache/collections", ".cache/bed/ssh"])
        self.check(["git", "init", "--quiet"])

    def down(self) -> None:
        """Remove it."""
        strike_bed(self.engine, self.bed)

    def put(self, names: Sequence[str]) -> None:
        """Copy files and folders of the checkout to the same place."""
        archive = CACHE / f"{self.bed.name}.tar"
        try:
            with tarfile.open(archive, "w") as tar:
                for name in names:
                    tar.add(ROOT / name, arcname=str(ROOT / name).lstrip("/"))
            self.engine.run("cp", str(archive), f"{self.container}:/checkout.tar")
        finally:
            archive.unlink(missing_ok=True)
        self.check(["tar", "-C", "/", "-xf", "/checkout.tar", "--no-same-owner"], folder="/")

    def make_venv(self, core: str) -> Path:
        """Make an environment with this version of ansible-core; return its folder of programs."""
        folder = Path("/opt") / f"core-{core}"
        self.check(["python3", "-m", "venv", str(folder)])
        self.check([str(folder / "bin" / "pip"), "--disable-pip-version-check", "--quiet", "install",
                    f"ansible-core=={core}", "--requirement", "tests/requirements/cores.txt"])
        return folder / "bin"

    def attempt(
        self, words: Sequence[str], folder: str = str(ROOT), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command there as root and return the whole answer."""
        settings = [word for key, value in environment.items() for word in ("--env", f"{key}={value}")]
        return self.engine.attempt(
            "exec", "--workdir", folder, "--env", "HOME=/root", "--env", "LANG=C.UTF-8", *settings,
            self.container, *words, timeout=PATIENCE,
        )

    def check(self, words: Sequence[str], folder: str = str(ROOT), **environment: str) -> str:
        """Run a command there; stop with its words if it fails."""
        answer = self.attempt(words, folder=folder, **environment)
        if answer.returncode != 0:
            raise BedError(f"controller: {' '.join(words[:6])} ended with {answer.returncode}:\n"
                           f"{answer.stdout[-2000:]}{answer.stderr[-3000:]}")
        return answer.stdout

    def _settings_of_pip(self) -> None:
        listed = subprocess.run(
            [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False,
        ).stdout
        lines, bundle = ["[global]"], os.environ.get("PIP_CERT", "")
        for line in listed.splitlines():
            key, _, value = line.partition("=")
            name, value = key.rpartition(".")[2], value.strip("'\"")
            if name == "cert":
                bundle = bundle or value
            elif name in PIP_SETTINGS and "file:" not in value:
                lines.append(f"{name} = {value}")
        if bundle and Path(bundle).is_file():
            self.engine.run("cp", bundle, f"{self.container}:/etc/ssl/pip.pem")
            lines.append("cert = /etc/ssl/pip.pem")
        text = "\n".join(lines) + "\n"
        self.engine.run("exec", "--interactive", self.container, "sh", "-c", "cat > /etc/pip.conf", stdin=text)
