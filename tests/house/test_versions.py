# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A version is said in several places and is the same in all of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from house_tree import files, none_of, text


def newest(releases: list[str]) -> str:
    return max(releases, key=lambda version: [int(part) for part in version.split(".")])


def test_galaxy_and_changelog_name_the_same_version() -> None:
    released = yaml.safe_load(text("changelogs/changelog.yaml"))["releases"]
    assert yaml.safe_load(text("galaxy.yml"))["version"] == newest(list(released))


def supported(results: Any) -> list[str]:
    """Return the supported versions of the last `make matrix`, the oldest first, if no step of one failed.

    A step that did not run stands in the README as such, and makes `make matrix` red.
    """
    rows = [row for row in results["cores"] if row["supported"]]
    assert rows and not any(text.startswith("FAILED") for row in rows for text in row["results"].values()), rows
    return [row["core"] for row in rows]


def test_the_promised_core_is_the_oldest_that_ran() -> None:
    oldest = supported(json.loads(text("tests/data/cores.json")))[0]
    assert yaml.safe_load(text("meta/runtime.yml"))["requires_ansible"] == f">={oldest.rpartition('.')[0]}.0"
    # All stages of `make test` but one run with it.
    assert f"ansible-core=={oldest}\n" in text("tests/requirements/test.txt")


def test_a_core_with_a_step_that_failed_is_none() -> None:
    row: dict[str, Any] = {"core": "2.1.0", "supported": True, "results": {"unit": "passed"}}
    assert supported({"cores": [row]}) == ["2.1.0"]
    with pytest.raises(AssertionError):
        supported({"cores": [{**row, "results": {"unit": "passed", "sanity": "FAILED: pylint"}}]})


def test_lint_and_test_environments_have_the_same_core() -> None:
    shared = re.compile(r"^(?:ansible-core|cryptography|pytest)==\S+", re.MULTILINE)
    test, lint = (shared.findall(text(f"tests/requirements/{name}.txt")) for name in ("test", "lint"))
    assert test == lint


def test_newest_is_by_number() -> None:
    assert newest(["0.9.0", "0.10.0"]) == "0.10.0"


def test_every_environment_has_a_lock_with_hashes() -> None:
    named = sorted(name for name in files() if re.fullmatch(r"tests/requirements/[a-z]+\.txt", name))
    assert len(named) > 5
    # `make matrix` takes what the index serves on the day.
    none_of(line for name in named if not name.endswith("/cores.txt")
            for line in lock_faults(text(name), text(name.replace("requirements/", "requirements/locks/"))))


def lock_faults(pins: str, lock: str) -> list[str]:
    """Return what a lock lacks: a pin of its requirements, or the hashes of a package."""
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]
    locked = {entry.split()[0].lower() for entry in entries}
    missing = [pin for pin in re.findall(r"^[A-Za-z0-9][^#\s]*", pins, re.MULTILINE) if pin.lower() not in locked]
    bare = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    return [f"{one}: `make lock` was not run" for one in missing] + [f"{one} has no hash" for one in bare]


def test_a_lock_that_is_old_or_without_hashes_is_noticed() -> None:
    lock = "a==1 \\\n    --hash=sha256:00\nb==2\n"
    assert lock_faults("# x\na==1\n", lock) == ["b==2 has no hash"]
    assert lock_faults("a==2\n", lock) == ["a==2: `make lock` was not run", "b==2 has no hash"]
