#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What may happen to a host that renews its certificates by itself; each trial judges itself, on that host, with openssl.

    trials.py TRIAL UNIT [NUMBER]     UNIT is the unit of the host's ACME directory
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time

PROGRAM = "/usr/local/sbin/intransit-tls-renew"
JOBS = "/etc/intransit.tls/renew"
STATE = "/var/lib/intransit.tls/unattended"
METRICS = "/run/intransit_tls.prom"
LYING = "/run/systemd/system/apache2.service.d/lying.conf"
PORTS = {"apache": (443, "www.acme.test", ()), "postfix": (25, "mail.acme.test", ("-starttls", "smtp"))}
UNIT = sys.argv[2] if len(sys.argv) > 2 else "pebble"


def run(*argv, expect=0, **how):
    done = subprocess.run(argv, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, **how)
    words = done.stdout + done.stderr
    assert expect is None or done.returncode == expect, f"{argv} ended with {done.returncode}: {words}"
    return words if expect is not None else (done.returncode, words)


def renew(*argv, expect=0):
    return run(PROGRAM, *argv, expect=expect)


def read_job(service):
    with open(f"{JOBS}/{service}.json") as stream:
        return json.load(stream)


def hash_file(service):
    path = read_job(service)["certificate"]["fullchain"]
    return run("openssl", "x509", "-in", path, "-noout", "-fingerprint", "-sha256").strip()


def hash_wire(service):
    port, name, words = PORTS[service]
    said = run("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", name, *words, expect=None)[1]
    leaf = re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", said, re.DOTALL)
    assert leaf, f"{service} serves no certificate: {said}"
    return subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256"], input=leaf.group(), text=True,
                          capture_output=True, check=True).stdout.strip()


def read_link(service):
    return os.readlink(read_job(service)["certificate"]["directory"])


def is_same(service):
    return hash_wire(service) == hash_file(service)


def restart_directory(seconds):
    """Start the directory anew: it has forgotten every account and has another root."""
    path = f"/etc/pebble/{UNIT}.json"
    with open(path) as stream:
        text = re.sub(r'("certificateValidityPeriod": )\d+', rf"\g<1>{seconds}", stream.read())
    with open(path, "w") as stream:
        stream.write(text)
    run("systemctl", "restart", UNIT)
    run("sh", "/root/trials/trust.sh")


@contextlib.contextmanager
def drop_in(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as stream:
        stream.write(text)
    run("systemctl", "daemon-reload")
    try:
        yield
    finally:
        os.unlink(path)
        run("systemctl", "daemon-reload")


def find_readable(secret, folders):
    """Return files that others may read and that hold the secret."""
    found = run("grep", "-rlsF", secret, *folders, expect=None)[1].split()
    return [path for path in found if os.stat(path).st_mode & 0o044
            and all(os.stat(folder).st_mode & 0o011 for folder in (os.path.dirname(path),))]


def secrets():
    """No secret is readable for others, and none is in the journal."""
    with open(f"{JOBS}/secrets.env") as stream:
        values = [line.strip().partition("=")[2] for line in stream if "=" in line]
    hidden = [value for value in values if len(value) > 10]
    assert hidden
    renew("--now")
    run("systemctl", "start", "intransit-tls-renew.service")
    journal = run("journalctl", "--no-pager", "-u", "intransit-tls-renew.service")
    folders = ["/etc/intransit.tls", "/etc/systemd/system", "/var/lib/intransit.tls", "/usr/local", "/run/systemd/system"]
    for value in hidden:
        assert value not in journal
        assert not find_readable(value, folders)
        for path in glob.glob(f"{JOBS}/*.json"):
            assert os.stat(path).st_mode & 0o777 == 0o600
            with open(path) as stream:
                assert value not in stream.read()
    # A host on which it is readable would be found.
    weak = "/usr/local/share/weak.env"
    with open(weak, "w") as stream:
        stream.write(hidden[0])
    os.chmod(weak, 0o644)
    assert find_readable(hidden[0], folders) == [weak]
    os.unlink(weak)


def timer():
    """The timer renews what becomes due, with nobody there."""
    assert is_same("apache") and is_same("postfix")
    restart_directory(60)
    renew("--now")
    seen = {"apache": [hash_wire("apache")], "postfix": [hash_wire("postfix")]}
    with drop_in("/run/systemd/system/intransit-tls-renew.timer.d/often.conf",
                 "[Timer]\nOnCalendar=\nOnCalendar=*:*:0/10\nRandomizedDelaySec=0\n"):
        run("systemctl", "restart", "intransit-tls-renew.timer")
        end = time.monotonic() + 240
        while time.monotonic() < end and min(map(len, seen.values())) < 3:
            for service, hashes in seen.items():
                now = hash_wire(service)
                if now not in hashes:
                    hashes.append(now)
            time.sleep(1)
        restart_directory(518400)
        time.sleep(45)
    run("systemctl", "restart", "intransit-tls-renew.timer")
    assert min(map(len, seen.values())) >= 3, seen
    renew("--now")
    assert is_same("apache") and is_same("postfix")
    journal = run("journalctl", "--no-pager", "-u", "intransit-tls-renew.service")
    assert "apache: web: renewed" in journal and "served on https 443" in journal, journal
    with open(METRICS) as stream:
        text = stream.read()
    assert "intransit_tls_renewal_problems 0" in text and 'service="postfix"' in text, text
    # A daemon that is not told serves what it had.
    weak = read_job("apache")["certificate"]["directory"]
    before = hash_wire("apache")
    link = os.readlink(weak)
    other = next(path for path in sorted(glob.glob(os.path.dirname(weak) + "/.sets/web.*")) if not link.endswith(os.path.basename(path)))
    run("ln", "-sfn", ".sets/" + os.path.basename(other), weak)
    assert hash_wire("apache") == before != hash_file("apache")
    said = renew("apache", expect=None)[1]
    assert is_same("apache"), said
    renew("--now", "apache")


def missed():
    """A host that was switched off at the time of a run makes up for it when it is on again."""
    stamp, last = "/var/lib/systemd/timers/stamp-intransit-tls-renew.timer", f"{STATE}/last-run"
    assert run("systemctl", "is-enabled", "intransit-tls-renew.timer").strip() == "enabled"

    def runs_within(seconds):
        before = os.stat(last).st_mtime_ns
        run("systemctl", "start", "intransit-tls-renew.timer")
        end = time.monotonic() + seconds
        while time.monotonic() < end and os.stat(last).st_mtime_ns == before:
            time.sleep(0.5)
        return os.stat(last).st_mtime_ns != before

    with drop_in("/run/systemd/system/intransit-tls-renew.timer.d/soon.conf", "[Timer]\nRandomizedDelaySec=0\n"):
        run("systemctl", "stop", "intransit-tls-renew.timer")
        os.utime(stamp, (time.time() - 2 * 86400,) * 2)
        assert runs_within(60)
        # Nothing was missed.
        run("systemctl", "stop", "intransit-tls-renew.timer")
        os.utime(stamp)
        assert not runs_within(15)
    run("systemctl", "restart", "intransit-tls-renew.timer")


def reload_lies():
    """A reload that ends with 0 and does nothing: the old set is put back, and the run says so."""
    with drop_in(LYING, "[Service]\nExecReload=\nExecReload=/bin/true\n"):
        before, link = hash_wire("apache"), read_link("apache")
        # What a plain hook would have called a success.
        assert run("systemctl", "reload", "apache2") == ""
        said = renew("--now", "apache", expect=1)
        assert "It still serves the certificate that was replaced" in said and "everything is as it was before" in said, said
        assert (hash_wire("apache"), read_link("apache")) == (before, link) and is_same("apache")
        with open(METRICS) as stream:
            assert "problems" in stream.read()
        renew("--now", expect=1)
        with open(METRICS) as stream:
            assert re.search(r"^intransit_tls_renewal_problems [1-9]", stream.read(), re.MULTILINE)
        run("systemctl", "start", "intransit-tls-renew.service")
    renew("--now", "apache")
    assert is_same("apache") and hash_wire("apache") != before
    renew()


def directory_gone():
    """The directory is away: what is in use stays, the run says why and fails, and the next one is in order again."""
    before = hash_wire("apache")
    run("systemctl", "stop", UNIT)
    said = renew("--now", "apache", expect=1)
    assert "Check that this host reaches the directory" in said and "no certificate web for www.acme.test came from" in said, said
    assert hash_wire("apache") == before and is_same("apache")
    assert run("systemctl", "is-active", "apache2").strip() == "active"
    # A run that has nothing to order does not ask it.
    renew("apache")
    restart_directory(518400)


def directory_rebuilt():
    """It was built anew and no longer knows the account: a new one is registered, and the run says so."""
    renew("--now", "apache")
    restart_directory(518400)
    folder = next(path for path in glob.glob(f"{STATE}/lego-*") if os.path.isdir(path))
    acme = read_job("apache")["acme"]
    # What lego alone makes of it.
    rc, words = run("lego", "--server", acme["directory"], "--email", acme["email"], "--path", folder, "--accept-tos", "--csr",
                    folder + "/request.pem", "--http", "--http.webroot", acme["webroot"],
                    *(["--eab"] if acme["external_account"] else []), "run", expect=None,
                    env={**os.environ, "LEGO_CA_CERTIFICATES": acme["trust_anchor"]})
    assert rc != 0 and "accountDoesNotExist" in words, words
    before = hash_wire("apache")
    said = renew("--now", "apache")
    assert "no longer knows the account of this host, so a new one was registered" in said, said
    assert is_same("apache") and hash_wire("apache") != before
    assert glob.glob(folder + "/accounts.gone-*")


def foreign_key():
    """The issuer returns a certificate for another key: it takes no name, and nothing is ordered again so soon."""
    wrapper = "/usr/local/bin/lego"
    with open(wrapper, "w") as stream:
        stream.write("""#!/bin/sh
for word; do last=$request; case $word in */request.pem) request=$word;; esac; done
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout /dev/null -subj / \\
    -addext subjectAltName=DNS:www.acme.test -out "$request" 2>/dev/null
exec /usr/bin/lego "$@"
""")
    os.chmod(wrapper, 0o755)
    before, link = hash_wire("apache"), read_link("apache")
    path = f"{JOBS}/apache.json"
    shutil.copy2(path, "/root/apache.json")
    job = read_job("apache")
    for entry in [job["certificate"], *job["entries"]]:
        entry["renew_days"] = 30
    with open(path, "w") as stream:
        json.dump(job, stream)
    try:
        said = renew("apache", expect=1)
        assert "is not fit for use" in said and "is not the key of" in said, said
        assert (hash_wire("apache"), read_link("apache")) == (before, link)
        said = renew("apache", expect=1)
        assert "directories limit what they issue" in said, said
        os.unlink(wrapper)
        # The same order is taken if the issuer is the real one.
        renew("--now", "apache")
        assert hash_wire("apache") != before
    finally:
        if os.path.exists(wrapper):
            os.unlink(wrapper)
        shutil.copy2("/root/apache.json", path)
    renew("apache")


def clock():
    """By a wrong clock nothing is ordered and nothing is touched."""
    before, link = hash_wire("apache"), read_link("apache")
    said = run("faketime", "-f", "-400d", "/usr/bin/python3", "-I", PROGRAM, "--now", "apache", expect=1)
    assert "The clock of this host says" in said and "Nothing was done" in said, said
    shutil.rmtree("/root/state", ignore_errors=True)
    # Nothing on the host tells the time here but the certificate in use.
    old = os.stat(PROGRAM)
    os.utime(PROGRAM, (0, 0))
    try:
        said = run("faketime", "-f", "-400d", "/usr/bin/python3", "-I", PROGRAM, "--now", "--state", "/root/state", "apache", expect=1)
    finally:
        os.utime(PROGRAM, (old.st_atime, old.st_mtime))
    assert "The certificate in use begins at" in said and "Nothing was ordered" in said, said
    assert (hash_wire("apache"), read_link("apache")) == (before, link)
    assert not glob.glob("/root/state/lego-*")
    renew("apache")


def cut_off():
    """Killed in the middle: the next run puts in order what is half done."""
    for pause in (0.8, 1.5, 2.5, 3.5, 4.5, 5.5):
        process = subprocess.Popen([PROGRAM, "--now", "apache"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(pause)
        os.killpg(process.pid, 9)
        process.wait()
        hash_wire("apache")
        renew("apache")
        assert is_same("apache")


def together():
    """Two runs at once wait for each other."""
    processes = [subprocess.Popen([PROGRAM, "--now", "apache"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    ends = [(process.communicate()[0], process.returncode) for process in processes]
    assert [code for _words, code in ends] == [0, 0], ends
    assert is_same("apache")


def adopted():
    """certbot keeps the certificate. Its hook fails and certbot says nothing; the next run finds it."""
    environment = {**os.environ, "REQUESTS_CA_BUNDLE": "/etc/pebble/ca.pem"}
    assert "/etc/letsencrypt/live/web" in read_job("apache")["certificate"]["fullchain"] and is_same("apache")
    before = hash_wire("apache")
    ours = "/etc/letsencrypt/renewal-hooks/deploy/intransit-tls-renew"
    assert os.access(ours, os.X_OK)
    # Our hook deploys at once.
    run("certbot", "renew", "-n", "--no-random-sleep-on-renew", "--force-renewal", env=environment)
    assert is_same("apache") and hash_wire("apache") != before
    # A hook that fails: certbot ends with 0, and Apache serves the old one.
    before = hash_wire("apache")
    with open(ours) as stream:
        text = stream.read()
    with open(ours, "w") as stream:
        stream.write("#!/bin/sh\nexit 1\n")
    run("certbot", "renew", "-n", "--no-random-sleep-on-renew", "--force-renewal", env=environment)
    assert hash_wire("apache") == before != hash_file("apache")
    run("systemctl", "start", "intransit-tls-renew.service")
    assert is_same("apache")
    journal = run("journalctl", "--no-pager", "-u", "intransit-tls-renew.service", "-n", "30")
    assert "the daemon served another certificate than its file, and was made to read it" in journal, journal
    assert "Set renew_before_expiry = 3 days in /etc/letsencrypt/renewal/web.conf" in journal, journal
    with open(ours, "w") as stream:
        stream.write(text)
    half_written()


def dehydrated():
    """dehydrated was given our hook, which does nothing but deploy; a hook that it has already stays."""
    assert "/etc/dehydrated/intransit-tls-renew" in run("dehydrated", "--env")
    said = run("/etc/dehydrated/intransit-tls-renew", "deploy_cert", "web", "a", "b", "c", "d", "1")
    assert "apache: " in said and run("/etc/dehydrated/intransit-tls-renew", "startup_hook") == ""


def half_written():
    """A file that was cut off while it was written, and a key that does not fit: the daemon is not told."""
    before = hash_wire("apache")
    for name, damage, says in (("fullchain.pem", lambda text: text[:len(text) // 5], "The daemon was not told"),
                               ("privkey.pem", lambda _text: run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
                                "is not the key of")):
        path = os.path.realpath(f"/etc/letsencrypt/live/web/{name}")
        with open(path) as stream:
            text = stream.read()
        with open(path, "w") as stream:
            stream.write(damage(text))
        said = renew("apache", expect=1)
        assert says in said, said
        assert hash_wire("apache") == before and run("systemctl", "is-active", "apache2").strip() == "active"
        with open(path, "w") as stream:
            stream.write(text)
    renew("apache")
    assert is_same("apache")


def steady():
    """Many renewals in a row, while clients connect all the time."""
    number = int(sys.argv[3])
    end = threading.Event()
    counts = {"https": 0, "smtp": 0}
    failed = []
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def ask(kind):
        with socket.create_connection(("127.0.0.1", {"https": 443, "smtp": 25}[kind]), timeout=20) as plain:
            if kind == "smtp":
                for line in (b"", b"EHLO trial.test\r\n", b"STARTTLS\r\n"):
                    if line:
                        plain.sendall(line)
                    reply = plain.recv(4096)
                    while not re.search(rb"(?m)^\d{3} .*\r\n\Z", reply):
                        more = plain.recv(4096)
                        if not more:
                            raise OSError(f"hung up after {reply!r}")
                        reply += more
                    if reply[:1] != b"2":
                        raise OSError(reply.decode())
            with context.wrap_socket(plain, server_hostname=PORTS["apache"][1]) as secure:
                secure.sendall(b"HEAD / HTTP/1.1\r\nHost: www.acme.test\r\nConnection: close\r\n\r\n" if kind == "https" else b"EHLO x.test\r\n")
                reply = secure.recv(4096)
                if not reply.startswith((b"HTTP/1.1 ", b"250")):
                    raise OSError(repr(reply))

    def load(kind):
        while not end.is_set():
            try:
                ask(kind)
            except (OSError, ssl.SSLError) as error:
                failed.append(f"{kind}: {error}")
            counts[kind] += 1
            time.sleep(0.05)

    threads = [threading.Thread(target=load, args=(kind,)) for kind in counts]
    for thread in threads:
        thread.start()
    seen = {"apache": {hash_wire("apache")}, "postfix": {hash_wire("postfix")}}
    begun = time.monotonic()
    try:
        for _round in range(number):
            said = renew("--now")
            for service, hashes in seen.items():
                assert is_same(service), said
                hashes.add(hash_wire(service))
    finally:
        end.set()
        for thread in threads:
            thread.join()
    print(f"{number} rounds of 2 renewals in {time.monotonic() - begun:.0f} s, {counts} client operations, {len(failed)} failed: {failed[:5]}")
    assert [len(hashes) for hashes in seen.values()] == [number + 1, number + 1], seen
    assert min(counts.values()) > number
    assert not failed


if __name__ == "__main__":
    globals()[sys.argv[1]]()
    print(f"{sys.argv[1]}: as it should be")
