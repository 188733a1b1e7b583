# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Switches of PHP applications: read in every form, set alone, refused if only PHP could tell, and nothing else is shown."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import php_switches
from ansible_collections.intransit.tls.plugins.module_utils._core.service.applications import APPLICATIONS

RETURNED = {"form": "returned", "set": {"BE.lockSSL": True}}
VARIABLE = {"form": "variable", "variable": "TYPO3_CONF_VARS", "add": False, "set": {"BE.lockSSL": True}}
CIVICRM = APPLICATIONS["civicrm"].wish
CONSTANT = {"form": "constants", "set": {"FORCE_SSL_ADMIN": True}}
LOCK = "$GLOBALS['TYPO3_CONF_VARS']['BE']['lockSSL']"
ENABLE = "$GLOBALS['civicrm_setting']['domain']['enableSSL'] = true;"
SECRET = "hunter2"

EDITED: list[tuple[dict[str, Any], str, str]] = [
    # TYPO3's own file: short and long arrays, one line and many
    (RETURNED, "<?php\nreturn [\n    'BE' => [\n        'debug' => false,\n    ],\n];\n",
     "<?php\nreturn [\n    'BE' => [\n        'lockSSL' => true,\n        'debug' => false,\n    ],\n];\n"),
    (RETURNED, "<?php\r\nreturn array(\r\n  'BE' => array(\r\n    'a' => 1,\r\n  ),\r\n);",
     "<?php\r\nreturn array(\r\n  'BE' => array(\r\n    'lockSSL' => true,\r\n    'a' => 1,\r\n  ),\r\n);"),
    (RETURNED, "<?php return ['DB' => ['password' => 'hunter2']];", "<?php return ['BE' => ['lockSSL' => true], 'DB' => ['password' => 'hunter2']];"),
    (RETURNED, "<?php return array();", "<?php return array('BE' => array('lockSSL' => true));"),
    (RETURNED, "<?php return ['BE' => ['lockSSL' => '0']];", "<?php return ['BE' => ['lockSSL' => true]];"),
    (RETURNED, "<?php return [\"BE\" => [ // 'lockSSL' => true,\n 'a' => 1]];",
     "<?php return [\"BE\" => [ // 'lockSSL' => true,\n 'lockSSL' => true,\n 'a' => 1]];"),
    ({**RETURNED, "set": {"SYS.reverseProxyIP": "a'b\\"}}, "<?php return [];", "<?php return ['SYS' => ['reverseProxyIP' => 'a\\'b\\\\']];"),
    # the file that is read behind it: the last statement counts
    (VARIABLE, f"<?php\n{LOCK} = 1;\n{LOCK} = false; // x\n", f"<?php\n{LOCK} = 1;\n{LOCK} = true; // x\n"),
    (VARIABLE, "<?php global $TYPO3_CONF_VARS; $TYPO3_CONF_VARS[\"BE\"]['lockSSL'] = '0';",
     "<?php global $TYPO3_CONF_VARS; $TYPO3_CONF_VARS[\"BE\"]['lockSSL'] = true;"),
    # CiviCRM: overrides behind the global statement
    (CIVICRM, "<?php\nglobal $civicrm_root, $civicrm_setting; // x\nrequire_once 'CRM/Core/ClassLoader.php';\n",
     f"<?php\nglobal $civicrm_root, $civicrm_setting;\n{ENABLE} // x\nrequire_once 'CRM/Core/ClassLoader.php';\n"),
    (CIVICRM, "<?php\nif (a) { f(); }", f"<?php\n{ENABLE}\nif (a) {{ f(); }}"),
    (CIVICRM, "<?php\nglobal $civicrm_setting;\n$civicrm_setting[\"domain\"]['enableSSL'] = 0;",
     "<?php\nglobal $civicrm_setting;\n$civicrm_setting[\"domain\"]['enableSSL'] = true;"),
    # constants: the first definition counts
    (CONSTANT, "<?php\ndefine('DB_PASSWORD', 'hunter2');\n", "<?php\ndefine('FORCE_SSL_ADMIN', true);\ndefine('DB_PASSWORD', 'hunter2');\n"),
    (CONSTANT, "<?php declare(strict_types=1); f();", "<?php declare(strict_types=1);\ndefine('FORCE_SSL_ADMIN', true); f();"),
    (CONSTANT, "<?php define ( \"FORCE_SSL_ADMIN\" , FALSE );", "<?php define ( \"FORCE_SSL_ADMIN\" , true );"),
    (CONSTANT, "<?php const FORCE_SSL_ADMIN = 0;", "<?php const FORCE_SSL_ADMIN = true;"),
    (CONSTANT, "<?php if (!defined('FORCE_SSL_ADMIN')) define('FORCE_SSL_ADMIN', false);",
     "<?php\ndefine('FORCE_SSL_ADMIN', true); if (!defined('FORCE_SSL_ADMIN')) define('FORCE_SSL_ADMIN', false);"),
]
KEPT: list[tuple[dict[str, Any], str]] = [
    (RETURNED, "<?php\nreturn ['BE' => ['lockSSL' => 1, 'x' => \"y\"]];"),
    (RETURNED, "<?php return ['BE' => array('lockSSL' => '1')]; // x"),
    (VARIABLE, f"<?php if (a()) {{ {LOCK} = 0; }}\n{LOCK} = true;"),
    (VARIABLE, f"<?php require 'x.php'; {LOCK} = true;"),
    (VARIABLE, f"<?php // {LOCK} = 0;\nif (isset($GLOBALS['TYPO3_CONF_VARS']['BE'])) {{ f(count($GLOBALS['TYPO3_CONF_VARS'])); }}"),
    (VARIABLE, "<?php $GLOBALS['TYPO3_CONF_VARS']['BE']['debug'] = 1; $GLOBALS['TYPO3_CONF_VARS']['SYS'] = [];"),
    (CONSTANT, "<?php\n#define('FORCE_SSL_ADMIN', false);\ndefine('FORCE_SSL_ADMIN', TRUE);\nrequire 'x.php';\n?>\n"),
]
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    (RETURNED, "<?php\nreturn array_merge([], []);", "Line 2 does not return one array"),
    (RETURNED, "<?php\nif (a) { return []; }\nreturn [];", "Line 2 does not return one array"),
    (RETURNED, "<?php\n$a = [];\n", "The file does not return one array"),
    (RETURNED, "<?php return [] + $x;", "Line 1 goes on behind the array"),
    (RETURNED, "<?php return [\n'BE' => $be];", "Line 2 may set BE.lockSSL"),
    (RETURNED, "<?php return [\n...$x];", "Line 2 may set BE.lockSSL"),
    (RETURNED, "<?php return [\nA => []];", "Line 2 may set BE.lockSSL"),
    (RETURNED, "<?php return ['BE' => [\n'lockSSL' => getenv('LOCK')]];", "Line 2 may set BE.lockSSL"),
    (RETURNED, "<?php return ['BE' => ['lockSSL' => 1,\n'lockSSL' => 0]];", "Line 2 may set BE.lockSSL.*more than once"),
    (VARIABLE, f"<?php if (a()) {{\n{LOCK} = 0; }}", "Line 2 may set BE.lockSSL"),
    (VARIABLE, f"<?php {LOCK} = 1; if (a())\n{LOCK} = 0;", "Line 2 may set BE.lockSSL"),
    (VARIABLE, "<?php\nrequire __DIR__ . '/x.php';", "Line 2 includes another file.*Add `\\$GLOBALS.*= true;` as a line behind"),
    (VARIABLE, "<?php\n$GLOBALS['TYPO3_CONF_VARS'] = array_replace_recursive($GLOBALS['TYPO3_CONF_VARS'], $own);", "Line 2 may set"),
    (VARIABLE, "<?php\n$GLOBALS['TYPO3_CONF_VARS']['BE'] = ['debug' => 1];", "Line 2 may set"),
    (VARIABLE, "<?php\n$GLOBALS['TYPO3_CONF_VARS'][$area]['lockSSL'] = 0;", "Line 2 may set"),
    (VARIABLE, "<?php\nArrayUtility::mergeRecursiveWithOverrule(f(1), $GLOBALS['TYPO3_CONF_VARS'], $own);", "Line 2 may set"),
    (VARIABLE, "<?php\n$all = &$GLOBALS['TYPO3_CONF_VARS'];", "Line 2 may set"),
    (VARIABLE, "<?php\nunset($GLOBALS['TYPO3_CONF_VARS']['BE']);", "Line 2 may set"),
    (VARIABLE, "<?php\n$own = ['BE' => ['lockSSL' => 0]];", "Line 2 may set"),
    (VARIABLE, f"<?php if (a()) return;\n{LOCK} = 0;", "Line 2 may set"),
    (VARIABLE, "<?php\n$TYPO3_CONF_VARS['BE']['lockSSL'] = 0;", "Line 2 may set"),
    (CIVICRM, "<?php\n$GLOBALS['civicrm_setting']['CiviCRM Preferences']['enableSSL'] = 0;", "Line 2 may set domain.enableSSL"),
    (CIVICRM, "<?php\nrequire 'other.php';", "Line 2 includes another file"),
    (CONSTANT, "<?php if (a) {\ndefine('FORCE_SSL_ADMIN', false); }", "Line 2 may set FORCE_SSL_ADMIN"),
    (CONSTANT, "<?php\nrequire 'x.php'; define('FORCE_SSL_ADMIN', false);", "Line 2 may set"),
    (CONSTANT, "<?php\ndefine('FORCE_SSL_ADMIN', getenv('x'));", "Line 2 may set"),
    (CONSTANT, "<?php\n$constants = ['FORCE_SSL_ADMIN' => false];", "Line 2 may set"),
    (CONSTANT, "no code", "has no PHP code"),
    (CONSTANT, "<?php\ndefine('A', 'x", "in line 2 has no end"),
    ({**CONSTANT, "set": {"A": 3}}, "<?php", "cannot be the value of a switch"),
    ({"form": "x", "set": {}}, "<?php", "'x' is not known"),
]


@pytest.mark.parametrize(("wish", "text", "expected"), EDITED)
def test_a_switch_is_set_once_and_nothing_else_changes(wish: dict[str, Any], text: str, expected: str) -> None:
    assert php_switches.edit(text, wish) == expected
    assert php_switches.edit(expected, wish) == expected


@pytest.mark.parametrize(("wish", "text"), KEPT)
def test_a_switch_that_is_right_is_left_as_it_is_written(wish: dict[str, Any], text: str) -> None:
    assert php_switches.edit(text, wish) == text


@pytest.mark.parametrize(("wish", "text", "says"), REFUSED)
def test_what_only_php_can_read_is_refused_with_its_line(wish: dict[str, Any], text: str, says: str) -> None:
    with pytest.raises(TransactionError, match=says) as refused:
        php_switches.edit(text.replace("x.php", SECRET), wish)
    assert SECRET not in refused.value.message


def test_a_switch_can_be_turned_off() -> None:
    off = {**CONSTANT, "set": {"FORCE_SSL_ADMIN": False}}
    assert php_switches.edit("<?php define('FORCE_SSL_ADMIN', 1);", off) == "<?php define('FORCE_SSL_ADMIN', false);"
    assert php_switches.edit("<?php define('FORCE_SSL_ADMIN', null);", off) == "<?php define('FORCE_SSL_ADMIN', null);"


def test_a_diff_shows_switches_and_nothing_else() -> None:
    text = (f"<?php return ['DB' => ['password' => '{SECRET}'], 'BE' => ['lockSSL' => false, "
            f"'installToolPassword' => '{SECRET}']]; define('DB_PASSWORD', '{SECRET}');")
    assert php_switches.show_switches(text) == ["lockSSL: false"]
    assert php_switches.show_switches(f"<?php {LOCK} = f('{SECRET}'); define('FORCE_SSL_ADMIN', 1);") == ["lockSSL: (an expression)", "FORCE_SSL_ADMIN: 1"]
    assert php_switches.show_switches(f"<?php '{SECRET}") == []


def test_every_switch_of_the_table_is_shown() -> None:
    names = [name for row in APPLICATIONS.values() for name in (*row.wish.get("set", {}), *row.proxies)]
    assert {name.rpartition(".")[2] for name in names} == set(php_switches.SHOWN)
