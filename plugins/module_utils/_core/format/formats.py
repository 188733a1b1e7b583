# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The formats of the change kind ``edited_file``: each a pure function from a text to the edited text.

A new format is one function and one row here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable, NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.format import (
    assignments,
    dovecot,
    exim,
    keywords,
    kopano,
    marks,
    php_settings,
    php_switches,
    postfix_main,
    postfix_master,
    sections,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.format.disabled import disable_lines, show_edits


class Format(NamedTuple):
    """How the files of one format are edited."""

    edit: Callable[[str, Any], str]
    """Returns the text with the wish in it.  Raises TransactionError with a sentence that need not name the file."""
    takes: str = "values"
    """The key of a change that holds the wish."""
    shown: Optional[Callable[[str], list[str]]] = None
    """What a diff shows of a text, if not its lines that change."""


def edit_assignments(text: str, values: Mapping[str, Any]) -> str:
    """Set ``KEY=value`` lines of a file that a shell sources; a null takes the key out."""
    return assignments.edit(text, _as_texts(values))


def edit_keywords(text: str, values: Mapping[str, Any]) -> str:
    """Set ``KEYWORD value`` lines; a null takes the keyword out."""
    return keywords.edit(text, _as_texts(values))


def edit_postfix_main(text: str, values: Mapping[str, Any]) -> str:
    """Set parameters of a ``main.cf``; a null takes one out.  ``postconf -e`` rewrites the file even for no change."""
    return postfix_main.edit(text, _as_words(values))


def edit_postfix_master(text: str, services: Sequence[Mapping[str, Any]]) -> str:
    """Set services of a ``master.cf``, each as ``_core/format/postfix_master.py`` describes a wish.

    All are one edit: Postfix reads the file as a whole, and a moment in which the port is there and its options are
    not would be a moment without TLS.
    """
    return postfix_master.edit(text, [
        {**{name: value for name, value in row.items() if value is not None},
         "options": _as_words(row.get("options") or {})} for row in services])


def _as_texts(values: Mapping[str, Any]) -> dict[str, Optional[str]]:
    return {str(name): None if value is None else str(value) for name, value in values.items()}


def _as_words(values: Mapping[str, Any]) -> dict[str, Optional[str]]:
    """Return values as Postfix writes them."""
    return _as_texts({name: ("yes" if value else "no") if isinstance(value, bool) else value
                      for name, value in values.items()})


FORMATS: dict[str, Format] = {
    "assignments": Format(edit_assignments),
    "keywords": Format(edit_keywords),
    "postfix_main": Format(edit_postfix_main),
    "postfix_master": Format(edit_postfix_master, takes="services"),
    "php_settings": Format(php_settings.edit),
    "disabled_lines": Format(disable_lines, takes="lines", shown=show_edits),
    "php_switches": Format(php_switches.edit, shown=php_switches.show_switches),
    "kopano": Format(kopano.edit, shown=kopano.show_switches),
    "exim": Format(exim.edit, shown=exim.show_edits),
    "sections": Format(sections.edit),
    "dovecot_blocks": Format(dovecot.edit),
    "marked_lines": Format(marks.edit, shown=marks.show_edits),
}
