# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The steps of a transaction, in their order.

``_edge/change/transaction.py`` carries out the steps from the journal on by this table; docs/transaction.md shows it.
"""

from __future__ import annotations

from typing import NamedTuple


class Phase(NamedTuple):
    """One step of a transaction."""

    name: str
    does: str
    failure: str
    """What becomes of the host if the step fails."""


_NOTHING, _UNDONE = "nothing was changed", "everything is put back"
PHASES = (
    Phase("lock", "wait for another run on the same service; the kernel drops the lock if the process dies", _NOTHING),
    Phase("recover", "put back what a run left that was cut off by a crash, a power cut or `kill -9`",
          "the journal stays for the next run"),
    Phase("plan", "read the state before of every change and work out the state after; touch nothing", _NOTHING),
    Phase("validate", "start a test instance of the daemon with the new settings and probe it", _NOTHING),
    Phase("journal", "write the old contents and states to the disk, flushed, readable by root alone", _UNDONE),
    Phase("swap", "replace each file in one rename, stop or start units, modify `cn=config`", _UNDONE),
    Phase("check", "run the daemon's own check of the configuration on the disk, if it has one", _UNDONE),
    Phase("activate", "reload or restart the units, look at them again after the daemon had time to fail", _UNDONE),
    Phase("confirm", "probe the endpoints from the host and judge them by the rules of a report", _UNDONE),
    Phase("continuity", "try again what worked before: open ports, pages of sites, `tls_continuity`", _UNDONE),
    Phase("commit", "keep the journal as one of the last five changes, which can be taken back", _UNDONE),
)
UNDOABLE = tuple(phase.name for phase in PHASES if phase.failure == _UNDONE)
