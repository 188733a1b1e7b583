# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""main.cf: read as Postfix reads it, edited only where it has to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_main import edit, read

TEXT = """\
# the admin's own words
myhostname = mail.example.org
mynetworks = 127.0.0.0/8
# our office
   192.0.2.0/24,

\t[::1]/128
#tls_preempt_cipherlist = no
smtpd_tls_security_level=none
  relayhost_is_not_this = 1
smtpd_tls_security_level =   may
relayhost =
"""


def test_it_is_read_as_postfix_reads_it() -> None:
    assert read(TEXT) == {
        "myhostname": "mail.example.org",
        "mynetworks": "127.0.0.0/8 192.0.2.0/24, [::1]/128",
        "smtpd_tls_security_level": "may",
        "relayhost": "",
    }


def test_what_is_right_already_is_left_as_it_is_written() -> None:
    same = {"smtpd_tls_security_level": "may", "mynetworks": "127.0.0.0/8  192.0.2.0/24, [::1]/128", "not_there": None}
    assert edit(TEXT, same) == TEXT


def test_one_value_changes_and_nothing_else() -> None:
    edited = edit(TEXT, {"mynetworks": "127.0.0.0/8"})
    assert edited == TEXT.replace("mynetworks = 127.0.0.0/8\n# our office\n   192.0.2.0/24,\n\n\t[::1]/128\n",
                                  "mynetworks = 127.0.0.0/8\n# our office\n\n")
    assert edit(edited, {"mynetworks": "127.0.0.0/8"}) == edited


def test_the_last_setting_is_the_one_that_counts() -> None:
    edited = edit(TEXT, {"smtpd_tls_security_level": "encrypt"})
    assert read(edited)["smtpd_tls_security_level"] == "encrypt"
    assert "#smtpd_tls_security_level=none\n#  relayhost_is_not_this = 1\nsmtpd_tls_security_level = encrypt\n" in edited


def test_a_new_parameter_goes_behind_its_example_else_to_the_end() -> None:
    edited = edit(TEXT, {"tls_preempt_cipherlist": "yes", "lmtp_tls_loglevel": "1"})
    assert "#tls_preempt_cipherlist = no\ntls_preempt_cipherlist = yes\n" in edited
    assert edited.endswith("relayhost =\nlmtp_tls_loglevel = 1\n")


def test_an_example_inside_a_setting_is_no_place_to_put_anything() -> None:
    text = "mynetworks = 127.0.0.0/8\n#relayhost = x\n  [::1]/128\n"
    edited = edit(text, {"relayhost": "y"})
    assert read(edited) == {"mynetworks": "127.0.0.0/8 [::1]/128", "relayhost": "y"}


def test_taken_out_it_stays_as_a_comment_once() -> None:
    edited = edit(TEXT, {"relayhost": None})
    assert edited.endswith("#relayhost =\n") and "relayhost" not in read(edited)
    again = edit(edit(edited, {"relayhost": ""}), {"relayhost": None})
    assert again == edited


@pytest.mark.parametrize(("name", "value"), [("a b", "1"), ("a=b", "1"), ("a", "1\nb = 2"), ("a", "\0"), ("", "1")])
def test_what_no_file_can_carry_is_refused(name: str, value: str) -> None:
    with pytest.raises(TransactionError):
        edit("", {name: value})


LINES = st.lists(st.sampled_from(["a = 1", "b =", "  more", "\tx = y", "# c = 3", "#a = 4", "", "   ", "c=2", "  # in"]))
NAMES = st.dictionaries(st.sampled_from("abcd"), st.one_of(st.none(), st.sampled_from(["1", "x y", ""])))


@given(LINES, NAMES)
def test_whatever_the_file_the_result_says_what_was_asked_for(lines: "list[str]", values: "dict[str, str | None]") -> None:
    text = "".join(line + "\n" for line in lines)
    edited = edit(text, values)
    before, after = read(text), read(edited)
    assert {name: after.get(name) for name in values} == values
    assert {name: value for name, value in after.items() if name not in values} == {
        name: value for name, value in before.items() if name not in values}
    assert edit(edited, values) == edited


@pytest.mark.parametrize("char", ["\x1c", "\x85", "\xa0", "\u2028", "\u3000"])
def test_only_what_c_calls_white_space_parts_words(char: str) -> None:
    """A no-break space in a value is a letter for Postfix: it must neither be lost nor count as equal to a space."""
    text = f"a = x{char}y\nb = 1\n{char}# no comment = 1\n"
    assert read(text)["a"] == f"x{char}y"
    assert edit(text, {"b": "2"}) == text.replace("b = 1", "b = 2")
    assert edit(text, {"a": "x y"}).startswith("a = x y\n")
    assert read(edit(text, {"b": f"x{char}y"}))["b"] == f"x{char}y"


@pytest.mark.parametrize("char", " \t\v\f\r")
def test_any_white_space_goes_on_with_a_line(char: str) -> None:
    assert read(f"a = x,\n{char}y\n")["a"] == "x, y"
