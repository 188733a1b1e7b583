# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stands in for the get-pip script that ansible-test downloads: Python carries a pip of its own.

ansible-test calls it as ``python get_pip.py [options] pip==X setuptools==Y ...`` inside an
environment it just made.  The bundled pip is put there first, and then installs the asked
versions as ordinary packages.  The bundling module must run in a process of its own: it
switches pip's settings files off for whoever imports it.
"""

from __future__ import annotations

import subprocess
import sys


def main(arguments: list[str]) -> int:
    """Install pip from Python's own bundle, then whatever the caller asked for."""
    first = subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL, check=False)
    if first.returncode != 0:
        return first.returncode
    asked = [word for word in arguments if word not in ("--no-setuptools", "--no-wheel")]
    return subprocess.run([sys.executable, "-m", "pip", "install", *asked], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
