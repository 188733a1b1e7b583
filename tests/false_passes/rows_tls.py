# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Attempts at the controls about protocol versions, suites, groups and what a session is made of."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

from attempts import Serve, attempt
from players import Hello, gnutls, openssl, rewriting, switch, web_tls
from rows_plaintext import submission
from servers import Keys, free_port, pump, scripted, tlslite_server

ANY = ("-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")
GOOD = openssl("-cipher", "ECDHE+AESGCM:ECDHE+CHACHA20", "-groups", "X25519:P-256:P-384")
OLD = openssl("-tls1", *ANY)
VERSIONS = 43


def below_tls12(hello: Hello) -> bool:
    return hello.version < 0x0303


for control, trick, weak in (
    ("protocol_tlsv1", "TLS 1.0 among good versions", openssl("-cipher", "ALL:@SECLEVEL=0")),
    ("protocol_tlsv1", "TLS 1.0 with one Camellia suite only", switch(GOOD, openssl(
        "-tls1", "-cipher", "CAMELLIA256-SHA:@SECLEVEL=0"), below_tls12)),
    ("protocol_tlsv1", "TLS 1.0 with anonymous suites only", switch(GOOD, openssl(
        "-tls1", "-cipher", "AECDH-AES128-SHA:@SECLEVEL=0"), below_tls12)),
    ("protocol_tlsv1", "TLS 1.0 without encryption only", switch(GOOD, openssl(
        "-tls1", "-cipher", "NULL-SHA:@SECLEVEL=0"), below_tls12)),
    ("protocol_tlsv1", "TLS 1.0 with an ECDSA certificate only", switch(GOOD, openssl(
        "-tls1", *ANY, key="ec"), below_tls12)),
    ("protocol_tlsv1_1", "TLS 1.1 without TLS 1.0", gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.2:+VERS-TLS1.3:%COMPAT")),
):
    attempt(control, "tls", GOOD, "tls: " + trick, weak)

SERVER_NAME, MASTER_SECRET = 0, 23
BELOW_TLS12 = openssl("-no_tls1_2", "-no_tls1_3", *ANY)
for lacking, missing in (
    ("a server name", lambda hello: SERVER_NAME not in hello.extensions),
    ("extended master secret", lambda hello: MASTER_SECRET not in hello.extensions),
    ("extensions", lambda hello: not hello.extensions),
):
    for control, version, weak in (("protocol_tlsv1", "1.0", OLD), ("protocol_tlsv1", "1.0, next to 1.1,", BELOW_TLS12),
                                   ("protocol_tlsv1_1", "1.1", openssl("-tls1_1", *ANY))):
        attempt(control, "tls", GOOD, f"tls: TLS {version} only from a hello without {lacking}", switch(
            GOOD, weak, lambda hello, missing=missing: below_tls12(hello) and missing(hello)))
attempt("protocol_tlsv1", "tls", GOOD, "tls: TLS 1.0 only from a hello without extensions, at depth full", switch(
    GOOD, OLD, lambda hello: below_tls12(hello) and not hello.extensions), depth="full", observe_parts=("suites",))

GNUTLS_GOOD = gnutls("NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-RSA:-DHE-RSA:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305")
for trick, weak in {
    "a suite with CBC": openssl("-cipher", "ECDHE-RSA-AES128-SHA:ECDHE+AESGCM"),
    "one weak suite, with an ECDSA certificate only": switch(
        GOOD, openssl("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES128-GCM-SHA256", key="ec"),
        lambda hello: not hello.suites & {0xC02F, 0xC030, 0xCCA8, 0xC013} or (0xC009 in hello.suites and 0xC02F not in hello.suites)),
    "anonymous suites": openssl("-cipher", "ECDHE+AESGCM:AECDH-AES128-SHA:@SECLEVEL=0"),
    "no encryption": openssl("-cipher", "ECDHE+AESGCM:ECDHE-RSA-NULL-SHA:@SECLEVEL=0"),
    "static RSA": openssl("-cipher", "ECDHE+AESGCM:AES128-GCM-SHA256"),
    "ARIA": openssl("-cipher", "ECDHE+AESGCM:ECDHE-ARIA128-GCM-SHA256"),
    "CCM with a short tag": openssl("-cipher", "ECDHE+AESGCM:DHE-RSA-AES128-CCM8"),
}.items():
    attempt("suites_tls12", "tls", GOOD, "tls: " + trick, weak)
attempt("suites_phase_out", "tls", GOOD, "tls: CBC with SHA-256, which BSI lets run out",
        openssl("-cipher", "ECDHE+AESGCM:ECDHE-RSA-AES128-SHA256"), policy="bsi")
attempt("suites_tls13", "tls", GOOD, "tls: TLS_AES_128_CCM_8_SHA256 besides the good ones",
        openssl("-ciphersuites", "TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_8_SHA256"))
attempt("suites_tls13", "tls", GOOD, "tls: TLS_AES_128_CCM_SHA256 alone", openssl("-ciphersuites", "TLS_AES_128_CCM_8_SHA256"))
for trick, group in (("P-521 besides the good ones", "X25519:P-256:P-521"), ("X448 as the last", "X25519:P-256:X448"),
                     ("ffdhe2048 in TLS 1.3", "X25519:P-256:ffdhe2048"), ("brainpool in TLS 1.2", "X25519:P-256:brainpoolP256r1")):
    attempt("groups", "tls", GOOD, "tls: " + trick, openssl("-groups", group))
attempt("groups", "tls", GOOD, "tls: a group outside the policy in TLS 1.2 only", switch(
    GOOD, openssl("-tls1_2", "-groups", "P-521"), lambda hello: VERSIONS not in hello.extensions))
attempt("protocols_offered", "tls", GOOD, "tls: nothing newer than TLS 1.2", openssl("-tls1_2"))
attempt("protocols_offered", "tls", GOOD, "tls: a ServerHello for TLS 1.3 only", openssl("-tls1_3"))

# -- depth full ------------------------------------------------------------------------------

TLS12 = openssl("-tls1_2", "-cipher", "ECDHE+AESGCM")


def compressing(answer: bytes) -> bytes:
    """The ServerHello with DEFLATE instead of null."""
    if answer[:1] != b"\x16":
        return answer
    at = 5 + 4 + 2 + 32
    at += 1 + answer[at] + 2
    return answer[:at] + b"\x01" + answer[at + 1:]


def without(kind: int) -> Callable[[bytes], bytes]:
    def change(answer: bytes) -> bytes:
        """The ServerHello with one extension under another number."""
        head = kind.to_bytes(2, "big")
        at = answer.find(head, 5 + 4 + 2 + 32)
        return answer if at < 0 else answer[:at] + b"\x7f\x7f" + answer[at + 2:]
    return change


FULL = {"depth": "full", "observe_parts": ("suites", "groups", "schemes", "details", "flaws")}
attempt("compression", "tls", TLS12, "tls: DEFLATE is chosen", rewriting(TLS12, compressing), **FULL)
attempt("secure_renegotiation", "tls", TLS12, "tls: no renegotiation_info", rewriting(TLS12, without(0xFF01)), **FULL)
attempt("extended_master_secret", "tls", gnutls("NORMAL:-VERS-TLS1.3"), "tls: no extended master secret",
        gnutls("NORMAL:-VERS-TLS1.3:%NO_SESSION_HASH"), policy={"extends": "intermediate", "extended_master_secret_required": True},
        **FULL)
attempt("client_renegotiation", "tls", TLS12, "tls: a client may start a renegotiation",
        openssl("-tls1_2", "-client_renegotiation"), **FULL)
attempt("early_data", "tls", openssl("-tls1_3"), "tls: early data is taken",
        openssl("-tls1_3", "-early_data", "-max_early_data", "16384", www=False), **FULL)
attempt("dh_size", "tls", openssl("-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"), "tls: a group of 1024 bits",
        openssl("-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", "-dhparam", "$dh.pem"), **FULL)
attempt("signature_schemes", "tls", openssl("-tls1_2", "-sigalgs", "RSA-PSS+SHA256:RSA+SHA256"), "tls: SHA-1 as well",
        openssl("-tls1_2", "-sigalgs", "RSA-PSS+SHA256:RSA+SHA1", "-cipher", "ECDHE+AESGCM:@SECLEVEL=0"), **FULL)
attempt("server_preference", "tls", openssl("-tls1_2", "-serverpref", "-cipher", "ECDHE+AESGCM:ECDHE+CHACHA20"),
        "tls: the client's order decides", openssl("-tls1_2", "-cipher", "ECDHE+AESGCM:ECDHE+CHACHA20"),
        policy={"extends": "intermediate", "server_preference": True}, **FULL)
attempt("stapling", "tls", openssl("-status_file", "$ocsp.der", key="ocsp"),
        "tls: the certificate demands stapling and nothing is stapled", openssl(key="must_staple"), **FULL)
CLIENTS = {"policy": {"extends": "intermediate", "client_certificate": "required"}}
WANTED = openssl("-Verify", "2", "-CAfile", "$root.pem", "-verify_return_error")
for trick, weak in {
    "one is asked for, and who has none is let in": openssl("-verify", "2", "-CAfile", "$root.pem"),
    "one is asked for in TLS 1.2 only": switch(WANTED, openssl("-tls1_3"), lambda hello: VERSIONS in hello.extensions),
    "none is asked for": GOOD,
}.items():
    attempt("client_certificate", "https", WANTED, "https: " + trick, weak, **CLIENTS)

# -- HSTS ------------------------------------------------------------------------------------

NAME = "Strict-Transport-Security"
HSTS = web_tls(f"{NAME}: max-age=63072000; includeSubDomains; preload\r\n")
for trick, head in {
    "a quotation mark without its partner": f'{NAME}: max-age="63072000\r\n',
    "commas instead of semicolons": f"{NAME}: max-age=63072000, includeSubDomains\r\n",
    "a max-age in words": f"{NAME}: max-age=two-years\r\n",
    "a max-age twice": f"{NAME}: max-age=63072000; max-age=63072000\r\n",
    "no max-age": f"{NAME}: includeSubDomains\r\n",
    "max-age=0": f"{NAME}: max-age=0\r\n",
    "one day": f"{NAME}: max-age=86400\r\n",
    "a broken header before a good one": f"{NAME}: max-age\r\n{NAME}: max-age=63072000\r\n",
    "max-age=0 before a good header": f"{NAME}: max-age=0\r\n{NAME}: max-age=63072000\r\n",
    "a space before the colon": f"{NAME} : max-age=63072000\r\n",
    "a folded line of another header": f"X-A: b\r\n {NAME}: max-age=63072000\r\n",
    "a control character behind the value": f"{NAME}: max-age=63072000\x0b\r\n",
    "a space within a name": f"{NAME}: max-age=63072000; include SubDomains\r\n",
    "an equivalent in the page only": "Content-Type: text/html\r\n",
    "another header with the name in its value": f"X-Was: {NAME}: max-age=63072000\r\n",
}.items():
    attempt("hsts", "https", HSTS, "https: " + trick, web_tls(head))
attempt("hsts", "https", HSTS, "https: an endpoint that has no name, only an address", HSTS, weak_endpoint={"server_name": None})
for trick, head in {
    "includeSubDomains=false": f"{NAME}: max-age=63072000; includeSubDomains=false\r\n",
    "the word in the value of another directive": f'{NAME}: max-age=63072000; x="includeSubDomains"\r\n',
    "a header that browsers ignore": f'{NAME}: max-age="63072000; includeSubDomains\r\n',
    "the word in a second header": f"{NAME}: max-age=63072000\r\n{NAME}: max-age=63072000; includeSubDomains\r\n",
}.items():
    attempt("hsts_subdomains", "https", HSTS, "https: " + trick, web_tls(head),
            policy={"extends": "intermediate", "hsts": {"include_subdomains": True}})
for trick, head in {
    "preload=no": f"{NAME}: max-age=63072000; includeSubDomains; preload=no\r\n",
    "the word in another directive": f"{NAME}: max-age=63072000; includeSubDomains; x-preload\r\n",
}.items():
    attempt("hsts_preload", "https", HSTS, "https: " + trick, web_tls(head),
            policy={"extends": "intermediate", "hsts": {"preload": True, "include_subdomains": True}})

# -- versions that most policies allow, and ports that are not there -------------------------


@contextlib.contextmanager
def nothing(_keys: Keys) -> Iterator[int]:
    """A port on which no server listens."""
    yield free_port()


def old_tlslite(version: tuple[int, int]) -> Serve:
    @contextlib.contextmanager
    def serve(keys: Keys) -> Iterator[int]:
        with tlslite_server(keys, minVersion=version, maxVersion=version) as script:
            yield script.port
    return serve


def ssl2_hello(asked: bytes) -> bytes | None:
    """A ServerHello of SSL 2.0 to a hello of SSL 2.0; everything else is closed on."""
    if asked[:1] != b"\x80":
        return None
    body = b"\x04\x00\x01\x00\x02\x00\x01\x00\x03\x00\x10" + b"C" + b"\x01\x00\x80" + bytes(16)
    return (0x8000 | len(body)).to_bytes(2, "big") + body


@contextlib.contextmanager
def ssl2_too(keys: Keys) -> Iterator[int]:
    """A good server behind a switch that answers hellos of SSL 2.0 by itself."""
    with GOOD(keys) as good:
        def handle(client: socket.socket) -> None:
            first = client.recv(65536)
            answer = ssl2_hello(first)
            if answer is not None:
                client.sendall(answer)
                client.recv(1)
                return
            with socket.create_connection(("127.0.0.1", good)) as server:
                server.sendall(first)
                pump(client, server)
        with scripted(handle) as script:
            yield script.port


attempt("reachable", "tls", GOOD, "tls: no server listens", nothing)
attempt("protocol_sslv2", "tls", GOOD, "tls: a hello of SSL 2.0 is answered besides good versions", ssl2_too)
attempt("protocol_sslv3", "tls", GOOD, "tls: SSL 3.0 besides good versions", switch(
    GOOD, old_tlslite((3, 0)), lambda hello: hello.version == 0x0300))
attempt("protocol_tlsv1_2", "tls", openssl("-tls1_3"), "tls: TLS 1.2 where the policy has only TLS 1.3", GOOD, policy="modern")
ONLY_12 = {"extends": "intermediate", "protocols": ["TLSv1.2"]}
attempt("protocol_tlsv1_3", "tls", TLS12, "tls: TLS 1.3 where the policy has only TLS 1.2", GOOD, policy=ONLY_12)
attempt("implicit_tls_only", "smtps", openssl(www=False), "smtps: the port is one of STARTTLS", submission(),
        policy={"extends": "intermediate", "starttls": "implicit_only"}, weak_endpoint={"protocol": "submission"})
