# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page's style: well formed, nothing is fetched, every class has a rule, and its text can be read."""

from __future__ import annotations

import re

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.report import page, page_charts
from ansible_collections.intransit.tls.plugins.module_utils._core.report.page_script import SCRIPT
from ansible_collections.intransit.tls.plugins.module_utils._core.report.page_style import STYLE

COLOURS = ("good", "mild", "bad", "odd", "info", "none")
READABLE = 4.5
"""Contrast of text that is not large: WCAG 2.2, 1.4.3 (AA)."""


def palettes():
    """The colours of each scheme: light, dark, paper; a later one only says what differs."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    assert len(blocks) == 3
    made = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", block)) for block in blocks]
    return [{**made[0], **one} for one in made]


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at:at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, two):
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_the_standards():
    assert contrast("#000000", "#ffffff") == 21 and contrast("#777777", "#ffffff") < READABLE < contrast("#767676", "#ffffff")


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "paper"])
def test_text_can_be_read(scheme):
    colours = palettes()[scheme]
    pairs = [(text, back) for text in ("text", "soft", "link", "good", "mild", "bad") for back in ("back", "panel")]
    pairs += [(name, f"{name}-tint") for name in COLOURS] + [("soft", "none-tint")]
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs
            if contrast(colours[pair[0]], colours[pair[1]]) < READABLE}
    assert weak == {}


def test_every_scheme_has_every_colour():
    light, dark, paper = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    names = set(re.findall(r"--([\w-]+):", light))
    assert names == set(re.findall(r"--([\w-]+):", dark)) == set(re.findall(r"--([\w-]+):", paper))
    assert set(re.findall(r"var\(--([\w-]+)\)", STYLE)) <= names


def test_nothing_is_fetched_and_the_element_cannot_be_ended():
    assert not re.search(r"url\(|@import|@font-face|https?:|//|src\(|image\(|<", STYLE)


def test_braces_and_rules_are_whole():
    depth = 0
    for sign in re.sub(r'"[^"]*"', "", STYLE):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    for rule in re.findall(r"\{([^{}]*)\}", STYLE):
        # Nothing but declarations: a name, a colon and a value.
        assert all(re.fullmatch(r"\s*[\w-]+:\s*[^:]+", part) for part in rule.split(";") if part.strip()), rule


def selectors():
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", STYLE)))


def test_every_class_of_the_pictures_has_a_rule():
    made = {f"{kind}{level}" for kind in ("yes", "some", "no") for level in range(1, 6)}
    made |= {page_charts._grade_colour(grade) for grade in page_charts.GRADES} | {"bar", "hit", "axis", "chart", "share", "heat"}
    assert made <= selectors()


@pytest.mark.parametrize("word", [*page._WORDS, "critical", "high", "medium", "low", "info"])
def test_every_verdict_and_severity_has_a_colour_and_a_ground(word):
    rules = [(names.split(","), said) for names, said in re.findall(r"([^{}]+)\{([^{}]*)\}", STYLE)]
    own = " ".join(said for names, said in rules if {f".tag.{word}", f".{word}"} & {name.strip() for name in names})
    assert "background: var(--" in own and re.search(r"(?<!-)color: var\(--", own)


def test_every_class_that_the_script_sets_has_a_rule():
    named = {name for names in re.findall(r'class: "([a-z ]+)', SCRIPT) for name in names.split()}
    assert len(named) > 8 and named <= selectors()
