# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers for the benches of the wire engine, in a network of their own, and counters on their side.

``inside()`` starts the bench again in a fresh network namespace: nothing else speaks there, so the
kernel's own count of accepted connections is the servers', whoever scans them.  One nginx
serves every shape, on all of 127.0.0.0/8, so that thousands of endpoints are thousands of addresses.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "bench"
TREE = CACHE / "root"
TICKS = os.sysconf("SC_CLK_TCK")
MARK = "INTRANSIT_BENCH_INSIDE"
MOZILLA = ":".join((
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"))
WIDE = "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:COMPLEMENTOFALL:@SECLEVEL=0; ssl_prefer_server_ciphers on;"
INTERMEDIATE = f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {MOZILLA}; ssl_prefer_server_ciphers off;"
PORTS = {"wide": 443, "intermediate": 8443, "tls13": 8444, "smtp": 25}
SHAPES = {"wide": WIDE, "intermediate": INTERMEDIATE, "tls13": "ssl_protocols TLSv1.3;", "smtp": WIDE}


def inside() -> None:
    """Go on in a network namespace with nothing in it but loopback; needs no rights of its own."""
    if os.environ.get(MARK):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    os.environ[MARK] = "1"
    os.execvp("unshare", ["unshare", "--user", "--map-root-user", "--net", sys.executable, *sys.argv])


def address(number: int) -> str:
    """The address of endpoint ``number``; all of them are this machine."""
    return f"127.{1 + number // 62500}.{number // 250 % 250}.{1 + number % 250}"


def accepted() -> int:
    """TCP connections that servers in this network accepted so far (PassiveOpens)."""
    names, values = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Tcp:")]
    return int(values[names.index("PassiveOpens")])


class Servers:
    """The nginx that serves every shape."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def cpu(self) -> float:
        """CPU seconds of the server and its workers so far."""
        pids = [self._process.pid]
        pids += map(int, Path(f"/proc/{pids[0]}/task/{pids[0]}/children").read_text().split())
        total = 0
        for pid in pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """Raise the servers; they end with the block."""
    home = CACHE / "nginx"
    shutil.rmtree(home, ignore_errors=True)
    (home / "logs").mkdir(parents=True)
    _keys(home)
    (home / "nginx.conf").write_text(_configuration(home))
    process = subprocess.Popen([TREE / "usr/sbin/nginx", "-p", home, "-c", home / "nginx.conf"])
    try:
        for port in PORTS.values():
            _wait(port)
        yield Servers(process)
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + 10
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if time.monotonic() > until:
            raise SystemExit(f"The server does not listen on port {port}.")
        time.sleep(0.05)


def _keys(home: Path) -> None:
    for kind, key in (("rsa", ["rsa:2048"]), ("ec", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"])):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", *key, "-nodes", "-days", "90", "-subj", "/CN=bench.test",
             "-keyout", home / f"{kind}.key", "-out", home / f"{kind}.crt"], check=True, capture_output=True)
    subprocess.run(["openssl", "dhparam", "-dsaparam", "-out", home / "dh.pem", "2048"], check=True, capture_output=True)


def _configuration(home: Path) -> str:
    common = f"""
    ssl_certificate {home}/ec.crt; ssl_certificate_key {home}/ec.key;
    ssl_certificate {home}/rsa.crt; ssl_certificate_key {home}/rsa.key;
    ssl_dhparam {home}/dh.pem; ssl_ecdh_curve X25519:prime256v1:secp384r1; ssl_session_tickets off;"""
    paths = " ".join(f"{kind}_temp_path {home}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
    web = "\n".join(f"    server {{ listen 0.0.0.0:{PORTS[name]} ssl backlog=4096; {SHAPES[name]} return 404; }}"
                    for name in ("wide", "intermediate", "tls13"))
    return f"""daemon off; user root; worker_processes 2; worker_rlimit_nofile 16384;
load_module {TREE}/usr/lib/nginx/modules/ngx_mail_module.so;
pid {home}/pid; error_log /dev/null crit;
events {{ worker_connections 8192; multi_accept on; }}
http {{
    access_log off; client_body_temp_path {home}/body; {paths} {common}
    add_header Strict-Transport-Security "max-age=63072000" always;
{web}
}}
mail {{
    server_name bench.test; auth_http 127.0.0.1:1/; {common}
    server {{ listen 0.0.0.0:25 backlog=4096; protocol smtp; smtp_auth none; starttls on; {SHAPES["smtp"]} }}
}}
"""


def machine() -> str:
    """Cores, memory and processor of this machine, in a sentence."""
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "unknown processor")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2 ** 20
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB; load {os.getloadavg()[0]:.1f}; Python "
        f"{sys.version.split()[0]}")


def own_process() -> dict[str, Any]:
    """Environment of a process of ours: the collection as it is installed, with its bytecode beside it."""
    found = dict(os.environ)
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found | {"PYTHONPATH": str(ROOT / ".cache" / "collections"), "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode")}
