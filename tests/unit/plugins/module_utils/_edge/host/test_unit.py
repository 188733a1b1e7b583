# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Units through a systemctl of the test's own that keeps its state in files: a verb's exit code is never believed.

The real systemd is asked in the scenarios; here it is made to lie, to refuse and to be away.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Optional

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ActivationError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import unit

# A unit is a file with: load, active, unit file.  A second file decides what the next verb makes of it.
SYSTEMCTL = """
cd %(world)s || exit 9
verb=$1; for name; do :; done
[ "$verb" = show ] || echo "$verb $name" >>verbs
[ -f "$name" ] && read -r load active enabled <"$name" || { load=not-found; active=inactive; enabled=; }
case $verb in
show) printf 'LoadState=%%s\nActiveState=%%s\nSubState=sub\nMainPID=7\nUnitFileState=%%s\n' $load $active "$enabled"; exit;;
reset-failed) exit;;
esac
[ ! -f "$verb.refused" ] || { cat "$verb.refused" >&2; exit 1; }
[ ! -f "$verb.lies" ] || { read -r active <"$verb.lies"; echo "$load $active $enabled" >"$name"; exit 0; }
case $verb in
start|restart|reload) active=active;;
stop) active=inactive;;
enable) enabled=enabled;;
disable) enabled=disabled;;
esac
echo "$load $active $enabled" >"$name"
"""


class World:
    """The units as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, active: str = "active", enabled: str = "enabled", load: str = "loaded") -> None:
        (self.folder / name).write_text(f"{load} {active} {enabled}\n")

    def after(self, verb: str, lies: Optional[str] = None, refuses: Optional[str] = None) -> None:
        (self.folder / (verb + (".lies" if lies else ".refused"))).write_text(f"{lies or refuses}\n")

    @property
    def verbs(self) -> list[str]:
        path = self.folder / "verbs"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def world(tmp_path: Path, program: Callable[[str, str], Path]) -> World:
    folder = tmp_path / "units"
    folder.mkdir()
    program("systemctl", SYSTEMCTL % {"world": folder})
    program("journalctl", "echo 'AH00072: address in use'\n")
    return World(folder)


@pytest.mark.parametrize(("load", "active", "enabled", "expected"), [
    ("loaded", "active", "enabled", (True, True, False, True)),
    ("loaded", "reloading", "disabled", (True, True, False, False)),
    ("loaded", "failed", "enabled", (True, False, False, True)),
    ("loaded", "activating", "static", (True, False, False, False)),
    ("masked", "inactive", "masked", (False, False, True, False)),
    ("not-found", "inactive", "", (False, False, False, False)),
])
def test_what_systemd_says_of_a_unit(world: World, load: str, active: str, enabled: str, expected: object) -> None:
    world.put("x.service", active, enabled, load)
    seen = unit.read_state("x.service")
    assert (seen.installed, seen.up, seen.masked, seen.enabled) == expected and seen.main_pid == 7
    assert unit.read_states(["x.service", "absent.service"]) == {"x.service": seen.up, "absent.service": False}
    assert world.verbs == [], "a question changes nothing"


def test_a_host_without_systemd_is_an_error_and_no_state(program: Callable[[str, str], Path]) -> None:
    program("systemctl", "echo 'System has not been booted with systemd' >&2; exit 1\n")
    with pytest.raises(ActivationError, match="cannot be asked about x.service: System has not been booted"):
        unit.read_state("x.service")


@pytest.mark.parametrize(("active", "verb", "done"), [
    ("active", "reload", ["reload x.service"]), ("active", "restart", ["restart x.service"]), ("active", unit.LIVE, []),
    ("failed", "reload", ["start x.service"]), ("inactive", unit.LIVE, ["start x.service"]),
])
def test_a_unit_that_is_down_is_started_whatever_the_verb(world: World, active: str, verb: str, done: list[str]) -> None:
    world.put("x.service", active)
    assert unit.activate(["x.service"], verb, 0.0) == done == world.verbs


def test_a_reload_that_reports_success_over_a_dead_daemon_is_a_failure(world: World) -> None:
    world.put("x.service")
    world.after("reload", lies="failed")
    with pytest.raises(ActivationError, match="x.service is failed .* after `systemctl reload`, although that") as caught:
        unit.activate(["x.service"], "reload", 0.0)
    assert "AH00072" in caught.value.message and caught.value.details["active"] == "failed"


def test_a_refusal_carries_the_words_of_systemd_and_of_the_daemon(world: World) -> None:
    world.put("x.service")
    world.after("restart", refuses="Job for x.service failed.")
    with pytest.raises(ActivationError, match="ended with 1: Job for x.service failed.\nAH00072"):
        unit.activate(["x.service"], "restart", 0.0)


def test_a_unit_that_does_not_exist_stops_before_any_verb_of_its_own(world: World) -> None:
    with pytest.raises(ActivationError, match=r"x.service does not exist on this host \(systemd says: not-found\)"):
        unit.activate(["x.service"], "reload", 0.0)
    assert world.verbs == []


def test_arrange_does_only_what_is_not_so_already(world: World) -> None:
    world.put("x.service", "inactive", "disabled")
    unit.arrange("x.service", up=True, enabled=True)
    assert world.verbs == ["enable x.service", "reset-failed x.service", "start x.service"]
    unit.arrange("x.service", up=True, enabled=True)
    assert len(world.verbs) == 3
    unit.arrange("x.service", up=False, enabled=False)
    assert world.verbs[3:] == ["disable x.service", "stop x.service"]


def test_arrange_does_not_believe_a_verb_either(world: World) -> None:
    world.put("x.service", "inactive", "enabled")
    world.after("start", lies="failed")
    with pytest.raises(ActivationError, match="is failed and enabled, although systemctl reported success"):
        unit.arrange("x.service", up=True, enabled=True)


def test_start_and_stop(world: World) -> None:
    world.put("x.service", "failed")
    unit.start("x.service", 0.0)
    unit.stop("x.service")
    assert world.verbs == ["reset-failed x.service", "start x.service", "stop x.service"]
    world.after("start", lies="failed")
    with pytest.raises(ActivationError, match="x.service is failed .* after a start"):
        unit.start("x.service", 0.0)
    world.after("stop", refuses="Access denied")
    with pytest.raises(ActivationError, match="Access denied"):
        unit.stop("x.service")


def test_bring_back_makes_every_unit_as_it_was_and_reports_the_one_that_cannot_be(world: World) -> None:
    world.put("was-up.service", "failed")
    world.put("was-down.service", "active")
    world.put("is-down.service", "inactive")
    before = {"was-up.service": True, "was-down.service": False, "is-down.service": False}
    assert unit.bring_back(before, "reload", 0.0) == (["start was-up.service", "stop was-down.service"], None)
    assert unit.read_states(list(before)) == before
    world.put("was-up.service", "failed")
    world.put("was-down.service", "active")
    world.after("start", lies="failed")
    done, problem = unit.bring_back(before, "reload", 0.0)
    assert done == ["stop was-down.service"], "one that fails does not keep the others from coming back"
    assert problem is not None and "was-up.service is failed" in problem


def test_without_a_journal_there_are_no_last_words(program: Callable[[str, str], Path]) -> None:
    program("journalctl", "echo 'No journal files were found.'; exit 1\n")
    assert unit.read_last_words("x.service") == ""


def test_a_name_is_never_an_option(world: World, tmp_path: Path, program: Callable[[str, str], Path]) -> None:
    program("systemctl", f"echo \"$@\" >>{tmp_path / 'asked'}\n")
    with pytest.raises(TransactionError):
        unit.activate(["--force"], "reload", 0.0)
    assert all("-- --force" in line for line in (tmp_path / "asked").read_text().splitlines())


def test_clients_read_their_settings_again_and_one_that_does_not_is_named(
        tmp_path: Path, program: Callable[[str, str], Path]) -> None:
    program("systemctl", f"echo \"$@\" >>{tmp_path / 'asked'}\ncase $3 in bad*) echo no >&2; exit 1;; esac\n")
    assert unit.reload_clients([]) == []
    assert unit.bring_back({}, "reload", 0.0, ["nslcd.service"]) == (["try-reload-or-restart nslcd.service"], None)
    assert (tmp_path / "asked").read_text() == "try-reload-or-restart -- nslcd.service\n"
    with pytest.raises(ActivationError, match="The client bad.service does not take its settings"):
        unit.reload_clients(["bad.service"])
    # A journal stays open then, and the next run tries again.
    done, problem = unit.bring_back({}, "reload", 0.0, ["bad.service"])
    assert done == [] and problem is not None and "bad.service" in problem
