# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every folder of a host that a service could write to is covered, and what is mounted below it is not lost."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.change.mounts import Mount, plan_mounts, read_table

MOUNTINFO = """\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 0:21 / /proc rw,nosuid shared:14 - proc proc rw
24 22 0:22 / /sys rw,nosuid shared:7 - sysfs sysfs rw
25 22 0:5 / /dev rw,nosuid shared:2 - devtmpfs udev rw
26 25 0:23 / /dev/shm rw shared:3 - tmpfs tmpfs rw
27 22 0:24 / /run rw,nosuid shared:5 - tmpfs tmpfs rw
28 27 0:25 / /run/user/1000 rw shared:9 - tmpfs tmpfs rw
29 22 254:2 / /srv/my\\040sites rw - xfs /dev/vda2 rw
30 22 0:30 / /home rw - nfs4 server:/home rw
31 22 254:1 /hosts /etc/hosts rw - ext4 /dev/vda1 rw
32 22 0:40 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw
33 22 0:41 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw
34 22 254:3 / /var/lib/mysql rw - ext4 /dev/vda3 rw
35 22 0:42 / /run/intransit.tls/test/x/over rw - tmpfs tmpfs rw
36 22 7:1 / /snap/core/1 ro - squashfs /dev/loop1 ro
a line that is none
"""
FOLDERS = ("/boot", "/dev", "/etc", "/home", "/proc", "/run", "/srv", "/sys", "/var")


def test_folders_of_the_root_and_file_systems_below_them_are_covered_from_the_top_down() -> None:
    mounted = read_table(MOUNTINFO)
    assert mounted["/srv/my sites"] == "xfs" and mounted["/"] == "ext4"
    assert plan_mounts(mounted, FOLDERS, {"/etc/hosts"}, "/run/intransit.tls/test/x") == (
        Mount("/etc", True), Mount("/etc/hosts", False), Mount("/home", False), Mount("/run", True),
        Mount("/snap/core/1", False), Mount("/srv", True), Mount("/srv/my sites", True), Mount("/var", True),
        Mount("/var/lib/mysql", True),
    )


def test_a_folder_comes_before_those_below_it_whatever_their_names_are() -> None:
    made = plan_mounts({"/a/b": "ext4", "/a-b": "ext4", "/a/b/c": "ext4"}, ("/a",), (), "/scratch")
    paths = [row.path for row in made]
    assert paths.index("/a") < paths.index("/a/b") < paths.index("/a/b/c") and "/a-b" in paths


def test_the_last_mount_at_a_path_counts() -> None:
    text = "1 1 0:1 / /x rw - autofs auto rw\n2 1 0:2 / /x rw - ext4 /dev/sda rw\n"
    assert plan_mounts(read_table(text), (), (), "/scratch") == (Mount("/x", True),)
