# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A version is said in several places and is the same in all of them."""

from __future__ import annotations

import re

import yaml
from house_tree import text


def newest(releases: list[str]) -> str:
    return max(releases, key=lambda version: [int(part) for part in version.split(".")])


def test_galaxy_and_changelog_name_the_same_version() -> None:
    released = yaml.safe_load(text("changelogs/changelog.yaml"))["releases"]
    assert yaml.safe_load(text("galaxy.yml"))["version"] == newest(list(released))


def test_the_promised_core_is_the_tested_one() -> None:
    promised = yaml.safe_load(text("meta/runtime.yml"))["requires_ansible"]
    oldest = re.search(r"^ansible-core==(\d+\.\d+)\.", text("tests/requirements/oldest.txt"), re.MULTILINE)
    assert oldest
    assert promised == f">={oldest.group(1)}.0"


def test_lint_and_test_environments_have_the_same_core() -> None:
    shared = re.compile(r"^(?:ansible-core|cryptography|pytest)==\S+", re.MULTILINE)
    test, lint = (shared.findall(text(f"tests/requirements/{name}.txt")) for name in ("test", "lint"))
    assert test == lint


def test_newest_is_by_number() -> None:
    assert newest(["0.9.0", "0.10.0"]) == "0.10.0"
