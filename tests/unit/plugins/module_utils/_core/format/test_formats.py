# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every format of the change kind ``edited_file``: what it sets, what it keeps, and that a second edit is none."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format import exim, marks
from ansible_collections.intransit.tls.plugins.module_utils._core.format.formats import FORMATS

SAMPLES: dict[str, tuple[str, Any, str]] = {
    "assignments": ("# theirs\nA=1\n", {"A": 2, "B": None}, "# theirs\nA=2\n"),
    "keywords": ("URI x\n", {"TLS_REQCERT": "demand", "BASE": None}, "URI x\nTLS_REQCERT\tdemand\n"),
    "postfix_main": ("a = 1\n", {"a": None, "b": True, "c": 3}, "#a = 1\nb = yes\nc = 3\n"),
    "postfix_master": ("smtp inet n - y - - smtpd\n", [{"service": "smtp", "command": "smtpd", "chroot": None, "options": {"o": False}}],
                       "smtp inet n - y - - smtpd\n    -o o=no\n"),
    "php_settings": ("<?php\n$config['a'] = 'x';\n", {"a": "y"}, "<?php\n$config['a'] = 'y';\n"),
    "php_switches": ("<?php\nreturn [];\n", {"form": "returned", "set": {"BE.lockSSL": True}}, "<?php\nreturn ['BE' => ['lockSSL' => true]];\n"),
    "kopano": ("# a\nb = c\n", {"b": "d"}, "# a\nb = d\n"),
    "sections": ("[a]\nb = 1\n", {"a": {"b": "2", "c": "3"}}, "[a]\nb = 2\nc = 3\n"),
    "marked_lines": ("x {\n y 1;\n}\n", {"digest": marks.hash_original("x {\n y 1;\n}\n"), "added": [], "disabled": ["2"]},
                     "x {\n# disabled by intransit.tls:  y 1;\n}\n"),
    "dovecot_blocks": ("x {\n  u = 1\n}\n", {"x": {"u": "2", "v": "3"}}, "x {\n  u = 2\n  v = 3\n}\n"),
    "exim": ("a = 1\nb = 2\n", {"digest": exim.hash_original("a = 1\nb = 2\n"), "disabled": ["1"], "last": "c = 3"},
             f"# disabled by intransit.tls: a = 1\nb = 2\n{exim.ADDED}\nc = 3\n"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_wish_is_written_once_and_the_rest_is_kept(name: str) -> None:
    text, wish, wanted = SAMPLES[name]
    assert FORMATS[name].edit(text, wish) == wanted
    assert FORMATS[name].edit(wanted, wish) == wanted


def test_every_format_has_a_sample_or_a_test_of_its_own() -> None:
    # Lines that are comments already are no longer what was read, so a second edit of them is refused: test_disabled.py.
    assert set(FORMATS) == {*SAMPLES, "disabled_lines"}
    assert {form.takes for form in FORMATS.values()} == {"values", "services", "lines"}
