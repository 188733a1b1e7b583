# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which versions of ansible-core are supported: found in the package index, kept with the results of the last run.

Supported are the newest releases of the newest three minors. The newest pre-release of the minor after them is run too.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "tests" / "data" / "cores.json"
PYTHON = "3.13"
"""Python of the controller: Debian 13."""
MINORS = 3
VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?")
STEPS = {
    "unit": "unit tests", "sanity": "ansible-test sanity", "install": "installed from the tarball",
    "converge": "two hosts, enforced twice", "verify": "verified from outside",
}


@dataclass(frozen=True)
class Core:
    """A version to run with, and whether it is promised."""

    version: str
    supported: bool

    @property
    def minor(self) -> str:
        """Return the first two numbers."""
        return ".".join(self.version.split(".")[:2])


def ask_index() -> list[Core]:
    """Return what is to be run today, the oldest first, by what the package index serves."""
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "index", "versions", "ansible-core", "--pre", "--python-version", PYTHON,
         "--only-binary=:all:"],
        capture_output=True, text=True, check=False,
    )
    listed = re.search(r"^Available versions: (.*)$", answer.stdout, re.MULTILINE)
    if not listed:
        raise SystemExit(f"matrix: the package index did not list versions of ansible-core:\n{answer.stderr[-2000:]}")
    return choose(listed.group(1).split(", "))


def choose(versions: Iterable[str]) -> list[Core]:
    """Return the newest release of each of the newest minors, and the newest pre-release of a minor after them."""
    known = sorted((order, version) for version in versions if (order := _order(version)))
    released = {order[:2]: version for order, version in known if order[3] == "z"}
    minors = sorted(released)[-MINORS:]
    chosen = [Core(released[minor], True) for minor in minors]
    later = [version for order, version in known if order[3] != "z" and minors and order[:2] > minors[-1]]
    return chosen + [Core(version, False) for version in later[-1:]]


def _order(version: str) -> tuple[int, int, int, str, int] | None:
    match = VERSION.fullmatch(version.strip())
    if not match:
        return None
    return int(match[1]), int(match[2]), int(match[3]), match[4] or "z", int(match[5] or 0)


def read_results() -> dict[str, Any]:
    """Return the results of the last run."""
    found: dict[str, Any] = json.loads(RESULTS.read_text("utf-8"))
    return found


def write_results(rows: list[dict[str, Any]], today: str) -> None:
    """Keep the results of this run; the README's table is made of them."""
    text = json.dumps({"ran": today, "python": PYTHON, "cores": rows}, indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def as_table(results: dict[str, Any]) -> str:
    """Return the results as a table in Markdown."""
    rows = ["| ansible-core | " + " | ".join(STEPS.values()) + " |", "|---" * (len(STEPS) + 1) + "|"]
    for row in results["cores"]:
        name = row["core"] if row["supported"] else f"{row['core']} (candidate, not promised)"
        rows.append(f"| {name} | " + " | ".join(row["results"].get(step, "not run") for step in STEPS) + " |")
    where = f"the controller has Debian 13 and Python {results['python']}"
    rows += ["", f"Run by `make matrix` on {results['ran']}; {where}.", ""]
    return "\n".join(rows)


def is_red(row: dict[str, Any]) -> bool:
    """Tell whether a step of a row failed or did not run."""
    return any(row["results"].get(step, "FAILED").startswith("FAILED") for step in STEPS)
