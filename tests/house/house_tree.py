# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What belongs to the house: the files git knows or would know, by their path in the checkout."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "ansible_collections.intransit.tls.plugins"


@functools.cache
def files() -> tuple[str, ...]:
    """Return every file of the checkout that is not ignored, sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout
    return tuple(sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file()))


def sources(prefix: str, suffix: str = ".py") -> list[str]:
    """Return the files below ``prefix`` that end in ``suffix``."""
    return [name for name in files() if name.startswith(prefix) and name.endswith(suffix)]


def none_of(wrong: Iterable[object]) -> None:
    """Fail with one line for each thing that is wrong."""
    __tracebackhide__ = True
    lines = [str(one) for one in wrong]
    assert not lines, "\n" + "\n".join(lines)


def text(name: str) -> str:
    """Return the content of a file of the checkout."""
    return (ROOT / name).read_text(encoding="utf-8")
