# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The start script holds every name literally, proves that it is protected, and ends in the daemon."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance_script import (
    CANNOT,
    REFUSED,
    Account,
    Layout,
    Memory,
    Program,
    write_script,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.change.mounts import Mount

FULL = Layout(
    argv=("/usr/sbin/x", "-o", "a b"), network="net:[1]", mounting="mnt:[2]",
    mounts=(Mount("/etc", True), Mount("/etc/hosts", False), Mount("/srv/a'b", True)),
    memory=(Memory("/run/x", 7, 8, 0o1770),), remove=("/run/*.pid",),
    placed=(("0", "/etc/x.conf"), ("", "/etc/gone")),
    programs=(Program(("slapmodify", "-n", "0"), Account(7, 8, ())),),
    log="/var/log/x.log", addresses=("192.0.2.1", "2001:db8::1"), account=Account(7, 8, (8, 9)), without=("chown",),
)


def lines(layout: Layout = FULL) -> "list[str]":
    return write_script(layout, "/run/s").splitlines()


def test_it_proves_its_protection_before_anything_else() -> None:
    made = lines()
    first = next(number for number, line in enumerate(made) if line.startswith("mount "))
    head = "\n".join(made[:first])
    assert "net:[1]" in head and "mnt:[2]" in head and "test ! -w $place" in head


def test_everything_is_held_before_anything_is_covered() -> None:
    made = lines()
    held = [number for number, line in enumerate(made) if "mount -c --bind" in line and "cannot be held" in line]
    covered = [number for number, line in enumerate(made) if "cannot be covered" in line]
    assert len(held) == len(covered) == 3 and max(held) < min(covered)
    assert "mount -c -t overlay -o lowerdir=0/l,upperdir=0/u,workdir=0/w intransit /etc ||" in made[covered[0]]
    assert "mount -c --bind 1/l /etc/hosts ||" in made[covered[1]]


def test_files_programs_and_daemon_come_last_and_in_this_order() -> None:
    made = "\n".join(lines())
    order = ["uid=7,gid=8,mode=1770 intransit /run/x", "rm -rf -- /run/*.pid", "mount -c --bind ../words /var/log/x.log",
             "cp -aT --remove-destination ../staged/0 /etc/x.conf", "rm -f -- /etc/gone",
             "--reuid 7 --regid 8 --clear-groups -- slapmodify -n 0 <../staged/input-0 || refused",
             "--reuid 7 --regid 8 --groups 8,9 -- /usr/sbin/x -o 'a b'"]
    places = [made.index(text) for text in order]
    assert places == sorted(places)
    assert "ip address add 192.0.2.1/32 dev lo 2>" in made and "2001:db8::1/128 dev lo nodad" in made


def test_a_name_that_is_relative_stays_so_when_its_folder_is_covered() -> None:
    relative = [line for line in lines() if line.startswith("mount ") and "/run/s/over" not in line]
    assert relative and all(line.startswith("mount -c ") for line in relative)
    assert "mount -c --bind ../words /var/log/x.log" in "\n".join(lines())


def test_the_daemon_cannot_undo_its_namespaces() -> None:
    last = lines()[-1]
    assert last.startswith("exec setpriv --bounding-set ") and {"-sys_admin", "-mknod", "-chown"} <= set(
        shlex.split(last)[3].split(","))
    assert "--no-new-privs" in lines(Layout(("/x",), "", "", account=Account(0, 0, no_new_privileges=True)))[-1]
    assert "--reuid" not in lines(Layout(("/x",), "", ""))[-1]
    assert "--inh-caps +net_raw --ambient-caps +net_raw" in lines(
        Layout(("/x",), "", "", account=Account(1, 1, ambient=("net_raw",))))[-1]


@given(st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), min_size=1, max_size=40))
def test_no_name_becomes_a_command(name: str) -> None:
    path = "/etc/" + name
    made = write_script(Layout(("/bin/echo", name), "n", "m", (Mount(path, True),), placed=(("0", path), ("", path))), "/run/s")
    # A shell that only reads: what is a word here is a word there.
    checked = subprocess.run(["sh", "-n"], input=made.encode(), capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert shlex.quote(path) in made and shlex.quote(name) in made


def test_a_host_without_protection_is_left_alone() -> None:
    here = subprocess.run(["readlink", "/proc/self/ns/net"], capture_output=True, text=True, check=True).stdout.strip()
    made = write_script(Layout(("/bin/echo", "started"), here, "mnt:[2]"), "/run/s")
    seen = subprocess.run(["sh"], input=made, capture_output=True, text=True, check=False)
    assert seen.returncode == CANNOT and "network of this host" in seen.stderr and "started" not in seen.stdout


def test_the_two_ends_are_told_apart() -> None:
    assert CANNOT != REFUSED


def test_sockets_of_other_daemons_are_held_before_they_are_covered() -> None:
    text = write_script(replace(FULL, sockets=("/var/spool/x/auth",)), "/run/t")
    held, reached = (text.index(words) for words in ("mount -c --bind /var/spool/x/auth socket-0",
                                                     "mount -c --bind socket-0 /var/spool/x/auth"))
    assert held < text.index("-t overlay") < reached
