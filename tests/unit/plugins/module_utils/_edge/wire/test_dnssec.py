# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Name servers are asked as resolv.conf names them; a real one answers in molecule/postfix."""

from __future__ import annotations

import socket
from pathlib import Path

from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.dnssec import ask_resolver


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_server_that_is_not_there_validates_nothing(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text("# nameserver 192.0.2.1\nsearch example.org\nnameserver 127.0.0.1\nnameserver 127.\n nameserver 127.0.0.2\noptions trust-ad\n")
    seen = ask_resolver([str(path)], closed_port())
    assert [row["address"] for row in seen["servers"]] == ["127.0.0.1", "127.0.0.2"]
    assert seen["validating"] is False and seen["local"] is True
    assert all("refused" in row["reason"] for row in seen["servers"])


def test_without_a_file_it_is_the_one_on_this_host(tmp_path: Path) -> None:
    seen = ask_resolver([str(tmp_path / "none")], closed_port())
    assert [row["address"] for row in seen["servers"]] == ["127.0.0.1"]


def test_a_copy_of_older_days_counts_as_well_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("nameserver 127.0.0.1\n")
    (tmp_path / "old").write_text("nameserver 127.0.0.3\nnameserver 127.0.0.1\n")
    paths = [str(tmp_path / "new"), str(tmp_path / "old")]
    seen = ask_resolver(paths, closed_port())
    assert [(row["address"], row["file"]) for row in seen["servers"]] == [("127.0.0.1", paths[0]), ("127.0.0.3", paths[1])]
