# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A shadow's log is quoted once and where it tells something, and ends the trial when all is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Mapping

from ansible_collections.intransit.tls.plugins.module_utils._edge.change import shadow, shadow_log

LOG = """\
Nov 22 03:00:45 mail postfix/smtpd[11]: connect from unknown[127.0.0.1]
Nov 22 03:00:45 mail postfix/smtpd[11]: warning: no key
Nov 22 03:00:46 mail postfix/smtpd[12]: warning: no key
Nov 22 03:00:46 mail postfix/smtpd[12]: disconnect from unknown[127.0.0.1]
"""


def test_telling_lines_are_quoted_once_and_everything_where_none_tells() -> None:
    lines = LOG.splitlines()
    assert shadow_log.quoted(lines, "warning: ") == lines[2]
    assert shadow_log.quoted(lines, "fatal: ").count("\n") == 2
    assert shadow_log.quoted([], "fatal: ") == ""
    assert shadow_log.lines_of("/nonexistent/log") == []


def test_a_count_of_seconds_and_threads_is_left_out() -> None:
    lines = ["6b028691.2145b899 0x7f39a670c140 TLS: no", "6b028691.2145b900 0x7f39a670c140 TLS: no", "6b028691 main: ended"]
    assert shadow_log.quoted(lines, None) == "TLS: no\nmain: ended"


def test_a_line_that_says_it_is_lost_ends_the_process(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True) as process:
        begun = time.monotonic()
        with shadow_log.watched(str(log), "fatal: ", process) as lost:
            log.write_text(LOG + "Nov 22 03:00:47 mail postfix/smtpd[13]: fatal: Invalid TLS level\n")
            process.wait(20)
        assert time.monotonic() - begun < 10
    assert lost == ["fatal: Invalid TLS level"]


def test_without_such_a_line_nothing_happens(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(LOG)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True) as process:
        with shadow_log.watched(str(log), "fatal: ", process) as lost:
            time.sleep(0.3)
        assert lost == [] and process.poll() is None
        process.kill()


def test_a_shadow_that_gives_up_says_why_in_its_own_words(tmp_path: Path) -> None:
    tree = tmp_path / "etc"
    tree.mkdir()
    server = ("import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1])));"
              "open(sys.argv[2], 'w').write('x[1]: fatal: no such thing\\n'); time.sleep(60)")
    spec = shadow.spec_from({
        "trees": [str(tree)], "start": [sys.executable, "-c", server, "{port}", "{root}/log"], "log": "{root}/log",
        "fatal": "fatal: ", "telling": "fatal", "settle": 0,
    })

    def look(_values: Mapping[str, Any]) -> str:
        time.sleep(1.5)
        return "nothing was seen"

    result = shadow.try_out(spec, {}, look)
    assert not result.ok and result.started
    assert result.reason == "it gave up (fatal: no such thing)" and "no such thing" in result.words


def test_files_of_the_copy_are_made_over_last_of_all(tmp_path: Path) -> None:
    tree = tmp_path / "etc"
    tree.mkdir()
    (tree / "main.cf").write_text("queue_directory = /var/spool/postfix\n")
    (tree / "master.cf").write_text("smtp inet n - y - - smtpd -o smtpd_tls_security_level=may\nqmgr unix n - n - 1 qmgr\n")
    seen = {}

    def look(values: Mapping[str, str]) -> str:
        for name in ("main.cf", "master.cf"):
            seen[name] = Path(values["root"] + str(tree / name)).read_text()
        seen.update(values)
        return ""

    server = "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(60)"
    spec = shadow.spec_from({
        "trees": [str(tree)], "start": [sys.executable, "-c", server, "{port}"], "settle": 0,
        "adapt": [[str(tree / "main.cf"), "postfix_main", {"queue_directory": "{root}/queue"}],
                  [str(tree / "master.cf"), "postfix_master", {"25": "{port}"}]],
    })
    assert shadow.try_out(spec, {}, look).ok
    assert "queue_directory = %s/queue\n" % seen["root"] in seen["main.cf"]
    assert "127.0.0.1:%s inet n - n - - smtpd -o smtpd_tls_security_level=may\n" % seen["port"] in seen["master.cf"]
    assert "qmgr" not in seen["master.cf"]
