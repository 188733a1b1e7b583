# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The same libraries as the loader's own tool names, without running anything."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import linking


@pytest.mark.parametrize("program", ["/usr/bin/openssl", "/usr/bin/gnutls-cli", "/bin/true", "/usr/bin/apt-get"])
def test_as_ldd_says(program: str) -> None:
    said = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    expected = dict(re.findall(r"\s(\S+\.so\S*) => (/\S+)", said))
    found = linking.list_libraries(program)
    assert {name: found.get(name) for name in expected} == expected


def test_a_program_is_never_run(tmp_path: Path) -> None:
    """``ldd`` runs the loader that the program names; a script in its place would have left a mark."""
    mark, program = tmp_path / "mark", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    assert linking.list_libraries(str(program)) == {}
    assert not mark.exists()


def test_a_library_that_others_may_write_is_not_followed(tmp_path: Path) -> None:
    """A program with a run path of its own, and a library in it that is no system's."""
    (tmp_path / "lib.c").write_text("int answer(void) { return 42; }\n")
    (tmp_path / "main.c").write_text("int answer(void); int main(void) { return answer(); }\n")
    build = "cc -shared -fPIC -o libanswer.so lib.c && cc -o main main.c -L. -lanswer -Wl,-rpath,'$ORIGIN'"
    if subprocess.run(["sh", "-c", build], cwd=tmp_path, capture_output=True, check=False).returncode != 0:
        pytest.skip("no compiler on this machine")
    program = str(tmp_path / "main")
    asked = linking.find_linked(program)
    assert asked is not None and asked.needed[0] == "libanswer.so" and asked.folders == ("$ORIGIN",)
    # pytest's folder is below /tmp, where everybody may write.
    assert "libanswer.so" not in linking.list_libraries(program)


def test_nothing_to_read() -> None:
    assert linking.find_linked("/no/such/file") is None
    assert linking.find_linked("/etc") is None
    assert linking.list_libraries("/etc/passwd") == {}
