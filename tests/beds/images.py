# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An image is named by a hash of what it is made from, so a name that exists is up to date.

The base is pulled where Debian images can be pulled and bootstrapped from Debian's
packages where not.  The week is part of the hash: package lists age.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

from engine import CACHE, BedError, Engine, as_root, locked, say

RELEASES = {"debian12": "bookworm", "debian13": "trixie"}
RECIPE = Path(__file__).resolve().parent / "image" / "Containerfile"
LABEL = "intransit.tls.image"
PREFIX = "localhost/intransit-tls"
# Settings of this machine's apt without which a package may not be reachable from here.
PASSED_ON = ("Acquire::http::Proxy", "Acquire::https::Proxy", "Acquire::Check-Valid-Until", "Acquire::Check-Date")


def image_name(release: str) -> str:
    """Return the name of the image that ``release`` needs as of now."""
    if release not in RELEASES:
        raise BedError(f"Unknown release '{release}'; known are {', '.join(RELEASES)}.")
    made_from = "\0".join([RECIPE.read_text(), *_context(release).values(), release, _week()])
    return f"{PREFIX}-{release}:{hashlib.sha256(made_from.encode()).hexdigest()[:12]}"


def ensure_image(engine: Engine, release: str) -> str:
    """Return the name of an up-to-date image of ``release``, making it if there is none."""
    name = image_name(release)
    with locked(f"image-{release}"):
        if engine.attempt("image", "exists", name).returncode == 0:
            engine.settle(name)
            return name
        base = _ensure_base(engine, RELEASES[release])
        engine.settle(base)
        say(f"{release}: adding systemd, SSH and Python to the base")
        context = CACHE / "context" / release
        context.mkdir(parents=True, exist_ok=True)
        for file, text in _context(release).items():
            (context / file).write_text(text)
        begin = time.monotonic()
        engine.run(
            "build", "--quiet", "--pull=never", "--build-arg", f"BASE={base}", "--label", f"{LABEL}={release}",
            "--file", str(RECIPE), "--tag", name, str(context),
        )
        say(f"{release}: image ready ({time.monotonic() - begin:.0f} s)")
    return name


def remove_images(engine: Engine) -> None:
    """Remove every image of ours that no container uses."""
    names = engine.run("images", "--format", "{{.Repository}}:{{.Tag}}").splitlines()
    for name in names:
        if name.startswith(PREFIX):
            engine.attempt("rmi", name)


def _week() -> str:
    return time.strftime("%G-W%V", time.gmtime())


def _ensure_base(engine: Engine, suite: str) -> str:
    name = f"{PREFIX}-base:{suite}-{_week().lower()}"
    if engine.attempt("image", "exists", name).returncode == 0:
        return name
    begin = time.monotonic()
    say(f"{suite}: asking for the image debian:{suite}")
    try:
        pulled = engine.attempt("pull", "--quiet", f"debian:{suite}", timeout=240).returncode == 0
    except BedError:
        pulled = False
    if pulled:
        engine.run("tag", f"debian:{suite}", name)
    else:
        say(f"{suite}: it cannot be pulled here; bootstrapping from Debian's packages")
        _bootstrap(engine, suite, name)
    say(f"{suite}: base ready ({time.monotonic() - begin:.0f} s)")
    return name


def _bootstrap(engine: Engine, suite: str, name: str) -> None:
    if shutil.which("mmdebstrap") is None:
        raise BedError("mmdebstrap is not installed here: `make deps` installs what the test hosts need.")
    options = [f"--aptopt={line}" for line in _apt_settings()]
    tree = CACHE / f"base-{suite}-{os.getpid()}.tar"
    try:
        made = subprocess.run(
            [*as_root(), "mmdebstrap", "--quiet", "--variant=minbase", "--include=ca-certificates", *options, suite,
             str(tree), *_mirrors(suite)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900, check=False,
        )
        if made.returncode != 0:
            raise BedError(f"mmdebstrap {suite} failed: {made.stderr.strip()[-1500:]}")
        engine.run("import", "--change", f"LABEL {LABEL}=base", str(tree), name)
    finally:
        tree.unlink(missing_ok=True)


def _context(release: str) -> dict[str, str]:
    """Return the files that the recipe copies, by name."""
    mirrors = _mirrors(RELEASES[release])
    script = "rm -f /etc/apt/sources.list.d/*.sources\ncat > /etc/apt/sources.list <<'END'\n%s\nEND\n"
    return {
        "apt.conf": "\n".join([*_apt_settings(), 'Acquire::Languages "none";', 'Acquire::Retries "3";', ""]),
        # Test hosts are thrown away: syncing every unpacked file to disk would only cost time.
        "dpkg.cfg": "force-unsafe-io\n",
        "sources.sh": script % "\n".join(mirrors) if mirrors else "exit 0\n",
    }


@functools.cache
def _apt_settings() -> list[str]:
    """Return what this machine's apt needs to reach packages, as lines of apt.conf."""
    dump = _output("apt-config", "dump", *PASSED_ON)
    lines = [line for line in dump.splitlines() if '""' not in line]
    for scheme in ("http", "https"):
        proxy = os.environ.get(f"{scheme}_proxy")
        if proxy and not any(line.startswith(f"Acquire::{scheme}::Proxy") for line in lines):
            lines.append(f'Acquire::{scheme}::Proxy "{proxy}";')
    return lines


@functools.cache
def _mirrors(suite: str) -> list[str]:
    """Return source lines for ``suite`` on the mirrors that this machine itself uses, if it is a Debian."""
    listing = _output("apt-get", "indextargets", "--format", "$(REPO_URI)|$(RELEASE)|$(ORIGIN)", "Created-By: Packages")
    archive = security = ""
    for line in listing.splitlines():
        uri, release, origin = [*line.split("|"), "", ""][:3]
        if origin != "Debian" or "@" in uri or not uri.startswith(("http://", "https://")):
            continue
        if release in RELEASES.values():
            archive = archive or uri
        elif release.endswith("-security"):
            security = security or uri
    if not archive or not security:
        return []
    return [
        f"deb {archive} {suite} main",
        f"deb {archive} {suite}-updates main",
        f"deb {security} {suite}-security main",
    ]


def _output(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
