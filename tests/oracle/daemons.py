# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts of both releases with every daemon of the comparison, and the ports that these have.

The image is the test hosts' own with the daemons in it, named by a hash of its recipe like theirs.
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "beds"))

from engine import Engine, locked, say
from fleet import Bed, Host, raise_bed, strike_bed
from images import LABEL, PREFIX, RELEASES, ensure_image

RECIPE = HERE / "image"
LATEST = "debian13"
"""The release whose programs are asked: the newest of each."""


@dataclass(frozen=True)
class Target:
    """One port of a daemon: what ``endpoint_info`` calls its protocol, and s_client's word for its dialogue."""

    name: str
    port: int
    protocol: str
    starttls: str | None = None
    testssl: str | None = None
    """Word of testssl.sh and sslyze; the same as s_client's where not given."""
    peers: bool = True
    """Whether other scanners know the dialogue."""
    open: bool = False
    """Whether its settings (image/daemons.sh, or Debian's own) let somebody in, or ask for a password, without TLS."""

    def gnutls(self, release: str) -> bool:
        """Whether the daemon of a release is built with GnuTLS."""
        return "courier" in self.name or ("slapd" in self.name and release == "debian12")

    @property
    def dialogue(self) -> str | None:
        """What other scanners call the dialogue in front."""
        return self.testssl or self.starttls


TARGETS = (
    Target("apache wide", 443, "https"),
    Target("apache intermediate", 8443, "https"),
    Target("apache TLS 1.3 only", 8444, "https"),
    Target("postfix 25", 25, "smtp", "smtp", open=True),
    Target("postfix 587", 587, "submission", "smtp"),
    Target("postfix 465", 465, "smtps"),
    Target("courier 143", 143, "imap", "imap", open=True),
    Target("courier 993", 993, "imaps"),
    Target("slapd 389", 389, "ldap", "ldap", open=True),
    Target("slapd 636", 636, "ldaps"),
    Target("vsftpd 21", 21, "ftp", "ftp"),
    Target("vsftpd 990", 990, "ftps"),
    Target("postgresql", 5432, "postgres", "postgres"),
    Target("mariadb", 3306, "mysql", "mysql", open=True),
    Target("dovecot 995", 995, "pop3s"),
    Target("dovecot 110", 110, "pop3", "pop3"),
    Target("dovecot 24", 24, "lmtp", "lmtp", peers=False),
    Target("dovecot 4190", 4190, "sieve", "sieve", peers=False),
    Target("prosody 5222", 5222, "xmpp", "xmpp"),
    Target("redis 6380", 6380, "redis"),
)
SAME = {"postfix 587": "postfix 25", "courier 993": "courier 143", "slapd 636": "slapd 389",
        "dovecot 110": "dovecot 995", "dovecot 24": "dovecot 995", "dovecot 4190": "dovecot 995"}
"""Ports with the TLS settings of another, whose truth is theirs too."""
QUICK = tuple(target for target in TARGETS if target.name not in SAME)


def image_with_daemons(engine: Engine, release: str) -> str:
    """Return the image of a release with the daemons, made if it is not there."""
    base = ensure_image(engine, release)
    recipe = b"".join(path.read_bytes() for path in sorted(RECIPE.iterdir()))
    name = f"{PREFIX}-daemons-{release}:{hashlib.sha256(base.encode() + recipe).hexdigest()[:12]}"
    with locked(f"daemons-{release}"):
        if engine.attempt("image", "exists", name).returncode != 0:
            begin = time.monotonic()
            engine.run("build", "--quiet", "--pull=never", "--build-arg", f"BASE={base}", "--label", f"{LABEL}=daemons",
                       "--file", str(RECIPE / "Containerfile"), "--tag", name, str(RECIPE))
            say(f"{release}: image with daemons ready ({time.monotonic() - begin:.0f} s)")
    return name


class Hosts:
    """The hosts of the comparison, as long as the ``with`` block lasts.

    ``address`` has the address of each release's host.  Two beds of one checkout need two names.
    """

    def __init__(self, name: str) -> None:
        self._engine = Engine()
        self._bed = Bed(name)
        self.address: dict[str, str] = {}

    def __enter__(self) -> Hosts:
        self.address = raise_bed(self._engine, self._bed, [Host.parse(name) for name in RELEASES], image_with_daemons)
        # MariaDB counts errors of those hosts alone whose names it can find.
        script = 'set -- "$@" "$(ip route | sed -n "s/^default via \\([^ ]*\\).*/\\1/p")"; n=0; ' \
            'for a; do n=$((n+1)); echo "$a client$n.example.test"; done >> /etc/hosts'
        for release in RELEASES:
            self.run(release, "sh", "-c", script, "sh", *self.address.values())
        return self

    def __exit__(self, *_error: object) -> None:
        strike_bed(self._engine, self._bed)

    def run(self, release: str, *words: str, stdin: str | None = None) -> str:
        """Run a command as root on the host of a release and return what it prints."""
        return self._engine.run("exec", "--interactive", self._bed.container(release), *words, stdin=stdin)

    def wait_for(self, release: str, *ports: int, seconds: float = 20) -> None:
        """Wait until something listens on the ports."""
        until = time.monotonic() + seconds
        for port in ports:
            while True:
                with contextlib.suppress(OSError), socket.create_connection((self.address[release], port), 2):
                    break
                assert time.monotonic() < until, f"{release} does not listen on {port}"
                time.sleep(0.1)

    def sql(self, release: str, statement: str) -> str:
        """Run a statement as MariaDB's administrator."""
        return self.run(release, "mariadb", "--skip-column-names", "--execute", statement)

    @contextlib.contextmanager
    def patient(self, release: str) -> Iterator[None]:
        """Let clients that finish no handshake try as often as they want: the truth takes hundreds of them."""
        self.sql(release, "SET GLOBAL max_connect_errors = 1000000")
        try:
            yield
        finally:
            self.sql(release, "SET GLOBAL max_connect_errors = 100; FLUSH HOSTS")
