# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
"""Run as root in a test instance: tries to reach the host in every way, says what it reached, and ends with 3.

usage: enclosed.py [--write] [ADDRESS ...].  With ``--write`` it also writes wherever it can, which has to show only
to itself.  Run outside of a test instance, without ``--write``, it has to reach something: else it proves nothing.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys

FOLDERS = ("/etc", "/etc/apache2", "/root", "/srv", "/usr", "/var/log", "/var/lib", "/run", "/home", "/opt")
SOCKETS = ("/run/systemd/journal/stdout", "/run/systemd/private", "/run/dbus/system_bus_socket")
COMMANDS = (
    ["nsenter", "--target", "1", "--mount", "true"],
    ["nsenter", "--target", "1", "--net", "true"],
    ["systemctl", "is-active", "apache2.service"],
    ["ls", "/proc/1/root/"],
    ["logger", "--socket-errors=on", "written by a test instance"],
)


def write_everywhere() -> None:
    """Write, change and remove what a process of root can."""
    for folder in FOLDERS:
        with contextlib.suppress(OSError), open(os.path.join(folder, "written"), "w", encoding="ascii") as stream:
            stream.write("x")
    for path in ("/etc/apache2/apache2.conf", "/etc/hosts", "/etc/passwd"):
        with contextlib.suppress(OSError), open(path, "a", encoding="ascii") as stream:
            stream.write("\n# written by a test instance\n")
    with contextlib.suppress(OSError):
        os.unlink("/etc/apache2/ports.conf")


def connects(family: int, address: object) -> bool:
    """Return whether something answers there."""
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.settimeout(3)
        sock.connect(address)
        return True
    return False


def main(arguments: list[str]) -> int:
    """Try everything."""
    reached = ["port 22 of " + address for address in ["127.0.0.1", *[word for word in arguments if word != "--write"]]
               if connects(socket.AF_INET, (address, 22))]
    reached += [path for path in SOCKETS if connects(socket.AF_UNIX, path)]
    reached += [" ".join(words) for words in COMMANDS
                if subprocess.run(words, capture_output=True, timeout=20, check=False).returncode == 0]
    if "--write" in arguments:
        write_everywhere()
    print("REACHED " + "; ".join(reached) if reached else "enclosed: nothing was reached")
    return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
