# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Attempts at the controls about what happens before TLS."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
from collections.abc import Callable

from attempts import Serve, attempt
from players import Answers, binary, context, lines, moved, openssl, serving, web, web_tls
from servers import Keys

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.ldap import (
    BIND,
    EXTENDED,
    SEARCH_DONE,
    message,
    tlv,
)

PLAIN = "plaintext_refused"

# -- submission ------------------------------------------------------------------------------

NEED = b"530 5.7.0 Must issue a STARTTLS command first\r\n"
EHLO = b"250-mx.example\r\n250 STARTTLS\r\n"


def submission(*first: tuple[str, bytes | None], go: bytes = b"220 go\r\n", ehlo: bytes = EHLO) -> Serve:
    rest: Answers = [("EHLO", ehlo), ("AUTH|MAIL|RCPT|NOOP", NEED), ("QUIT", b"221 bye\r\n")]
    return lines(b"220 mx.example ESMTP\r\n", [*first, *rest], "STARTTLS", go,
                 [("EHLO", b"250-mx.example\r\n250 AUTH PLAIN LOGIN\r\n")])


AUTH_REFUSED = b"535 5.7.8 authentication failed\r\n"
for trick, weak in {
    "AUTH is offered before STARTTLS, and every command refused": submission(ehlo=b"250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"),
    "AUTH is offered in the old way, AUTH=LOGIN": submission(ehlo=b"250-mx\r\n250-STARTTLS\r\n250 AUTH=LOGIN\r\n"),
    "AUTH is offered in lower case": submission(ehlo=b"250-mx\r\n250-starttls\r\n250 auth plain\r\n"),
    "AUTH is not offered, and looks at the password": submission(("AUTH PLAIN", AUTH_REFUSED)),
    "AUTH is not offered, and asks for more": submission(("AUTH PLAIN", b"334 \r\n"), (r"\*", b"501 cancelled\r\n")),
    "AUTH is not offered, and accepts every login": submission(("AUTH PLAIN", b"235 ok\r\n")),
    "AUTH is not offered, LOGIN asks for a password though PLAIN is refused": submission(
        ("AUTH PLAIN", b"504 5.5.4 mechanism not known\r\n"), ("AUTH LOGIN", b"334 VXNlcm5hbWU6\r\n"), (r"\*", b"501 no\r\n")),
    "AUTH is not offered, PLAIN needs TLS and LOGIN does not": submission(
        ("AUTH PLAIN", b"538 5.7.11 encryption required\r\n"), ("AUTH LOGIN", b"334 VXNlcm5hbWU6\r\n"), (r"\*", b"501 no\r\n")),
    "AUTH is not offered, PLAIN wants STARTTLS first and LOGIN asks for a password": submission(
        ("AUTH PLAIN", NEED), ("AUTH LOGIN", b"334 VXNlcm5hbWU6\r\n"), (r"\*", b"501 no\r\n")),
    "AUTH is not offered, PLAIN is unknown and LOGIN looks at the password": submission(
        ("AUTH PLAIN", b"500 what\r\n"), ("AUTH LOGIN", AUTH_REFUSED)),
    "mail is taken without AUTH": submission(("AUTH", b"503 AUTH not available\r\n"), ("MAIL|RCPT", b"250 ok\r\n")),
    "mail is taken though AUTH needs TLS": submission(("MAIL|RCPT", b"250 ok\r\n")),
    "mail is refused for the moment with the word TLS nowhere": submission(
        ("AUTH", b"503 no\r\n"), ("MAIL", b"451 try later\r\n")),
    "AUTH is offered, and the login ends the connection": submission(
        ("AUTH", None), ehlo=b"250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"),
    "the login ends the connection, and nothing was said of TLS": submission(("AUTH", None)),
    "the refusal names TLS only in a host's name": submission(
        ("AUTH", b"503 no\r\n"), ("MAIL", b"451 mx.tls.example is too busy\r\n")),
}.items():
    attempt(PLAIN, "submission", submission(), "submission: " + trick, weak)

# -- IMAP ------------------------------------------------------------------------------------

PRIVACY = b"a2 NO [PRIVACYREQUIRED] Plaintext authentication disallowed\r\n"


def imap(*first: tuple[str, bytes | None], capability: bytes = b"IMAP4rev1 STARTTLS LOGINDISABLED",
         greeting: bytes = b"* OK ready\r\n", go: bytes = b"a2 OK go\r\n") -> Serve:
    rest: Answers = [
        ("a1 CAP", b"* CAPABILITY " + capability + b"\r\na1 OK\r\n"), ("a2 LOGIN", PRIVACY),
        ("a3 AUTH", b"a3 NO [PRIVACYREQUIRED] Plaintext authentication disallowed\r\n"),
        (r"a(\d) ", b"x BAD\r\n"), (r"k1", b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nk1 OK\r\n")]
    return lines(greeting, [*first, *rest], "a2 STARTTLS", go)


WRONG = b"a2 NO [AUTHENTICATIONFAILED] Invalid credentials\r\n"
for trick, weak in {
    "LOGINDISABLED is announced, and LOGIN lets in": imap(("a2 LOGIN", b"a2 OK in\r\n")),
    "LOGINDISABLED is announced, and LOGIN looks at the password": imap(("a2 LOGIN", WRONG)),
    "LOGINDISABLED is announced, and AUTHENTICATE asks for credentials": imap(("a3 AUTH", b"+ \r\n"), (r"\*", b"a3 BAD\r\n")),
    "LOGINDISABLED is announced, and AUTHENTICATE looks at the password": imap(
        ("a3 AUTH", b"a3 NO [AUTHENTICATIONFAILED] Invalid credentials\r\n")),
    "the greeting is PREAUTH": imap(greeting=b"* PREAUTH welcome\r\n"),
    "AUTH=PLAIN is announced besides LOGINDISABLED, and ends the connection": imap(
        ("a3 AUTH", None), ("a2 LOGIN", None), capability=b"IMAP4rev1 STARTTLS LOGINDISABLED AUTH=PLAIN"),
    "LOGIN looks at the password": imap(("a2 LOGIN", b"a2 NO wrong\r\n"), capability=b"IMAP4rev1 STARTTLS"),
    "LOGIN ends the connection though it was not disabled": imap(("a2 LOGIN", None), capability=b"IMAP4rev1 STARTTLS"),
    "LOGIN is answered with BYE though it was not disabled": imap(
        ("a2 LOGIN", b"* BYE too many errors\r\n"), capability=b"IMAP4rev1 STARTTLS"),
    "NOLOGINDISABLED is announced, which only contains the word": imap(
        ("a[23] ", b"a2 BAD what\r\na3 BAD what\r\n"), capability=b"IMAP4rev1 STARTTLS XNOLOGINDISABLED"),
}.items():
    attempt(PLAIN, "imap", imap(), "imap: " + trick, weak)
attempt(PLAIN, "imap", imap(), "imap: the capabilities come in pieces, and LOGIN looks at the password",
        imap(("a1 CAP", b"* CAPABILITY IMAP4rev1\r\n* CAPABILITY STARTTLS\r\na1 OK\r\n"), ("a2 LOGIN", b"a2 NO wrong\r\n")))

# -- POP3, FTP, NNTP, ManageSieve ------------------------------------------------------------


def pop3(*first: tuple[str, bytes | None], capa: bytes = b"STLS\r\n") -> Serve:
    return lines(b"+OK ready\r\n", [*first, ("CAPA", b"+OK\r\n" + capa + b".\r\n"), ("USER", b"-ERR TLS needed first\r\n"),
                                    ("AUTH|PASS|APOP", b"-ERR TLS needed first\r\n")], "STLS", b"+OK go\r\n")


for trick, weak in {
    "CAPA says STLS, and USER and PASS are taken": pop3(("USER", b"+OK\r\n"), ("PASS", b"-ERR [AUTH] wrong\r\n")),
    "USER is refused, and AUTH PLAIN asks for credentials": pop3(
        ("AUTH", b"+ \r\n"), (r"\*", b"-ERR\r\n"), capa=b"STLS\r\nSASL PLAIN\r\n"),
    "USER is refused, AUTH is not announced and asks for credentials": pop3(("AUTH", b"+ \r\n"), (r"\*", b"-ERR\r\n")),
    "USER is unknown, nothing is said of TLS and SASL LOGIN is offered": pop3(
        ("USER", b"-ERR no such command\r\n"), ("AUTH", b"+ VXNlcm5hbWU6\r\n"), (r"\*", b"-ERR\r\n"), capa=b"STLS\r\nSASL LOGIN\r\n"),
    "PASS ends the connection": pop3(("USER", b"+OK\r\n"), ("PASS", None)),
    "USER ends the connection though CAPA has it": pop3(("USER", None), capa=b"USER\r\nSTLS\r\n"),
}.items():
    attempt(PLAIN, "pop3", pop3(), "pop3: " + trick, weak)


def ftp(*first: tuple[str, bytes | None]) -> Serve:
    return lines(b"220 ready\r\n", [*first, ("FEAT", b"211-Features\r\n AUTH TLS\r\n PBSZ\r\n PROT\r\n211 End\r\n"),
                                    ("USER|PASS", b"530 Use AUTH TLS first\r\n"), ("NOOP", b"200 ok\r\n")], "AUTH TLS", b"234 go\r\n")


for trick, weak in {
    "USER and PASS are taken": ftp(("USER", b"331 password\r\n"), ("PASS", b"530 wrong\r\n")),
    "USER alone lets in": ftp(("USER", b"230 welcome\r\n")),
    "named users need TLS, anonymous ones do not": ftp(("USER anonymous", b"331 mail\r\n"), ("PASS", b"230 welcome\r\n")),
    "PASS ends the connection": ftp(("USER", b"331 password\r\n"), ("PASS", None)),
    "PASS is answered with 'insecure password'": ftp(("USER", b"331 ok\r\n"), ("PASS", b"530 insecure password\r\n")),
}.items():
    attempt(PLAIN, "ftp", ftp(), "ftp: " + trick, weak)


def nntp(*first: tuple[str, bytes | None]) -> Serve:
    return lines(b"200 ready\r\n", [*first, ("AUTHINFO|GROUP|LIST", b"483 TLS needed\r\n"), ("DATE", b"111 20261122120000\r\n")],
                 "STARTTLS", b"382 go\r\n")


for trick, weak in {
    "AUTHINFO USER needs no TLS": nntp(("AUTHINFO USER", b"381 password\r\n"), ("AUTHINFO PASS", b"481 wrong\r\n")),
    "AUTHINFO needs TLS, and news can be read": nntp(("GROUP", b"411 no such group\r\n")),
    "AUTHINFO PASS ends the connection": nntp(("AUTHINFO USER", b"381 password\r\n"), ("AUTHINFO PASS", None)),
}.items():
    attempt(PLAIN, "nntp", nntp(), "nntp: " + trick, weak)


def sieve(*first: tuple[str, bytes | None], sasl: bytes = b'"SASL" ""\r\n') -> Serve:
    return lines(sasl + b'"STARTTLS"\r\nOK\r\n', [*first, ("AUTHENTICATE", b'NO (ENCRYPT-NEEDED) "TLS first"\r\n')],
                 "STARTTLS", b"OK go\r\n")


for trick, weak in {
    "no mechanism is offered, and PLAIN lets in": sieve(("AUTHENTICATE", b"OK in\r\n")),
    "no mechanism is offered, and PLAIN looks at the password": sieve(("AUTHENTICATE", b'NO "Authentication failed"\r\n')),
    "PLAIN is offered, and refused": sieve(sasl=b'"SASL" "PLAIN"\r\n'),
    "LOGIN is offered": sieve(sasl=b'"SASL" "LOGIN"\r\n'),
}.items():
    attempt(PLAIN, "sieve", sieve(), "sieve: " + trick, weak)

# -- LDAP, PostgreSQL, MySQL, XMPP, Redis ----------------------------------------------------


def result(number: int, tag: int, code: int, text: bytes = b"") -> bytes:
    return message(number, tlv(tag, b"\x0a\x01" + bytes([code]) + tlv(4, b"") + tlv(4, text)))


def entry(number: int, *attributes: tuple[bytes, bytes]) -> bytes:
    values = b"".join(tlv(0x30, tlv(4, name) + tlv(0x31, tlv(4, value))) for name, value in attributes)
    return message(number, tlv(0x64, tlv(4, b"") + tlv(0x30, values)))


def ldap(bind: int = 13, search: int = 13, root: int = 13, data: bool = False, plain: int = 7, login: int = 7,
         mechanisms: bytes = b"GSSAPI") -> Serve:
    def answer(_number: int, data_in: bytes) -> bytes | None:
        number = data_in[4]
        operation = data_in[5]
        if operation == 0x77:
            return result(number, EXTENDED, 0)
        if operation == 0x60:
            return result(number, BIND, plain if b"\x04\x05PLAIN" in data_in else login if b"\x04\x05LOGIN" in data_in else bind)
        if b"namingContexts" in data_in:
            found = b""
            if root == 0:
                found = entry(number, (b"namingContexts", b"dc=example,dc=org"), (b"supportedSASLMechanisms", mechanisms))
            return found + result(number, SEARCH_DONE, root)
        found = entry(number, (b"o", b"x")) if data else b""
        return found + result(number, SEARCH_DONE, search)
    return binary(answer, upgrade=lambda asked: asked[5:6] == b"\x77")


for trick, weak in {
    "a bind looks at the password": ldap(bind=49),
    "a bind lets in": ldap(bind=0),
    "a bind needs TLS, and an anonymous search of the directory does not": ldap(root=0, search=0, data=True),
    "a bind is refused for a reason that says nothing of TLS": ldap(bind=53),
    "a simple bind needs TLS, and SASL PLAIN looks at the password": ldap(plain=49),
    "a simple bind needs TLS, and SASL PLAIN lets in": ldap(plain=0),
    "a simple bind needs TLS, and SASL LOGIN asks for a password": ldap(login=14),
    "a simple bind needs TLS, and SASL PLAIN is offered in the root entry": ldap(root=0, mechanisms=b"PLAIN"),
    "a simple bind needs TLS, and SASL PLAIN is refused for a reason that says nothing of TLS": ldap(plain=80),
}.items():
    attempt(PLAIN, "ldap", ldap(root=0), "ldap: " + trick, weak)


def postgres_error(code: bytes, text: bytes) -> bytes:
    body = b"SFATAL\0C" + code + b"\0M" + text + b"\0\0"
    return b"E" + (len(body) + 4).to_bytes(4, "big") + body


def postgres(answer_in_clear: bytes | None) -> Serve:
    def answer(_number: int, data: bytes) -> bytes | None:
        return b"S" if data[4:8] == bytes.fromhex("04d2162f") else answer_in_clear
    return binary(answer, upgrade=lambda asked: asked[4:8] == bytes.fromhex("04d2162f"))


NO_HBA = postgres_error(b"28000", b'no pg_hba.conf entry for host "192.0.2.1", user "x", database "postgres", no encryption')
for trick, weak in {
    "a password is asked for": postgres(b"R\0\0\0\x0c\0\0\0\x05abcd"),
    "SASL is asked for": postgres(b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0"),
    "the account is not there, which was found out in clear": postgres(postgres_error(b"28000", b'role "x" does not exist')),
    "the database is not there, which was found out in clear": postgres(postgres_error(b"3D000", b'database "x" does not exist')),
}.items():
    attempt(PLAIN, "postgres", postgres(NO_HBA), "postgres: " + trick, weak)

MYSQL_HELLO = b"\x0a" + b"8.4.0\0" + bytes(4) + b"A" * 8 + b"\0" + b"\x00\x8a" + b"\x21" + b"\x02\x00" + b"\x08\x00" + b"\x15" + bytes(
    10) + b"B" * 12 + b"\0" + b"mysql_native_password\0"


def packet(number: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "little") + bytes([number]) + body


def mysql_error(code: int, text: bytes) -> bytes:
    return packet(2, b"\xff" + code.to_bytes(2, "little") + b"#HY000" + text)


def mysql(answer_in_clear: bytes | None) -> Serve:
    def answer(_number: int, data: bytes) -> bytes | None:
        return b"" if len(data) == 36 else answer_in_clear
    return binary(answer, packet(0, MYSQL_HELLO), upgrade=lambda asked: len(asked) == 36)


INSECURE = mysql_error(3159, b"Connections using insecure transport are prohibited")
for trick, weak in {
    "the account is looked at": mysql(mysql_error(1045, b"Access denied for user")),
    "another way of logging in is asked for": mysql(packet(2, b"\xfemysql_clear_password\0")),
    "the login succeeds": mysql(packet(2, b"\0\0\0\2\0\0\0")),
    "the connection ends": mysql(None),
    "an error that says nothing of TLS": mysql(mysql_error(1153, b"Got a packet bigger than 'max_allowed_packet' bytes")),
}.items():
    attempt(PLAIN, "mysql", mysql(INSECURE), "mysql: " + trick, weak)

TLS_NS, SASL_NS = "urn:ietf:params:xml:ns:xmpp-tls", "urn:ietf:params:xml:ns:xmpp-sasl"


def xmpp(features: str, auth: bytes | None) -> Serve:
    head = "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' version='1.0' id='1'>"
    said = (head + f"<stream:features>{features}</stream:features>").encode()

    def answer(_number: int, data: bytes) -> bytes | None:
        if b"<starttls" in data:
            return f"<proceed xmlns='{TLS_NS}'/>".encode()
        return said if b"stream:stream" in data else auth
    return binary(answer, upgrade=lambda asked: b"<starttls" in asked)


REQUIRED = f"<starttls xmlns='{TLS_NS}'><required/></starttls>"
OPTIONAL = f"<starttls xmlns='{TLS_NS}'/>"
REFUSES = f"<failure xmlns='{SASL_NS}'><encryption-required/></failure>".encode()
HEALTHY_XMPP = xmpp(REQUIRED, REFUSES)
for trick, weak in {
    "PLAIN is offered besides STARTTLS": xmpp(
        OPTIONAL + f"<mechanisms xmlns='{SASL_NS}'><mechanism>PLAIN</mechanism></mechanisms>", REFUSES),
    "STARTTLS is required in words, and PLAIN offered": xmpp(
        REQUIRED + f"<mechanisms xmlns='{SASL_NS}'><mechanism>PLAIN</mechanism></mechanisms>", REFUSES),
    "SCRAM is offered besides STARTTLS that is not required": xmpp(
        OPTIONAL + f"<mechanisms xmlns='{SASL_NS}'><mechanism>SCRAM-SHA-1</mechanism></mechanisms>", REFUSES),
    "STARTTLS is required in words, and SCRAM offered": xmpp(
        REQUIRED + f"<mechanisms xmlns='{SASL_NS}'><mechanism>SCRAM-SHA-1</mechanism></mechanisms>", REFUSES),
    "nothing is offered, and PLAIN looks at the password": xmpp(
        REQUIRED, f"<failure xmlns='{SASL_NS}'><not-authorized/></failure>".encode()),
    "nothing is offered, and PLAIN lets in": xmpp(REQUIRED, f"<success xmlns='{SASL_NS}'/>".encode()),
}.items():
    attempt(PLAIN, "xmpp", HEALTHY_XMPP, "xmpp: " + trick, weak)

# -- ports with TLS from the first byte ------------------------------------------------------


def both(greeting: bytes, wait: float = 0.0) -> Serve:
    """TLS to who says a hello; a plaintext service to who says something else, or nothing for some seconds."""
    def make(keys: Keys) -> Callable[[socket.socket], None]:
        secure = context(keys)

        def handle(client: socket.socket) -> None:
            if not select.select([client], [], [], wait or 8)[0] or client.recv(1, socket.MSG_PEEK) not in (b"\x16", b"\x80"):
                client.sendall(greeting)
                with contextlib.suppress(OSError):
                    while client.recv(4096):
                        client.sendall(greeting)
                return
            with contextlib.suppress(ssl.SSLError, OSError):
                client = secure.wrap_socket(client, server_side=True)
                client.sendall(greeting)
                client.recv(100)
        return handle
    return serving(make)


attempt(PLAIN, "imaps", openssl(www=False), "imaps: the port speaks plaintext as well, at once",
        both(b"* PREAUTH hello\r\na1 OK\r\n", wait=0.2))
attempt(PLAIN, "imaps", openssl(www=False), "imaps: a multiplexer waits two seconds for a hello before it speaks plaintext",
        both(b"* PREAUTH hello\r\na1 OK\r\n", wait=2))
attempt(PLAIN, "redis", openssl(www=False), "redis: the port answers PING in plaintext besides TLS", both(b"+PONG\r\n"))
attempt(PLAIN, "redis", openssl(www=False), "redis: the port asks for a password in plaintext", both(b"-NOAUTH no\r\n"))
attempt(PLAIN, "tls", openssl(www=False), "tls: the banner of a plaintext service mentions TLS",
        both(b"220 this server has TLS and SSL\r\n"))
HTTPS = web_tls("")
attempt(PLAIN, "https", HTTPS, "https: the port serves plain http as well", web_tls("", plain=b"HTTP/1.1 200 OK\r\n\r\nhi"))
attempt(PLAIN, "https", HTTPS, "https: the port asks for a password in plain http",
        web_tls("", plain=b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n\r\n"))
attempt(PLAIN, "https", HTTPS, "https: the port redirects plain http to plain http",
        web_tls("", plain=b"HTTP/1.1 301 Moved\r\nLocation: http://localhost/\r\n\r\n"))
attempt(PLAIN, "https", HTTPS, "https: the port says 404 to plain http", web_tls("", plain=b"HTTP/1.1 404 Not Found\r\n\r\nhi"))

# -- plain http ------------------------------------------------------------------------------

TO_TLS = web(("", moved("https://$HOST$PATH")))
OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
META = "HTTP/1.1 200 OK\r\n\r\n<meta http-equiv=refresh content='0; url=https://localhost/'>"
for trick, weak in {
    "only the front page redirects": web(("GET / ", moved("https://$HOST/")), ("", OK)),
    "everything but the front page redirects": web(("GET / ", OK), ("", moved("https://$HOST$PATH"))),
    "the page sends the browser on by itself": web(("", META)),
    "a redirect to plain http": web(("", moved("http://$HOST$PATH"))),
    "a redirect to nowhere": web(("", "HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n")),
    "a redirect without a scheme": web(("", moved("//$HOST$PATH"))),
    "a Refresh header instead of a Location": web(("", "HTTP/1.1 200 OK\r\nRefresh: 0; url=https://localhost/\r\n\r\n")),
    "a Location to https with the status of a page": web(("", "HTTP/1.1 200 OK\r\nLocation: https://localhost/\r\n\r\nhi")),
    "a first Location to https and a second to plain http": web(
        ("", "HTTP/1.1 301 M\r\nLocation: https://localhost/\r\nLocation: http://localhost/\r\n\r\n")),
    "a Location to https on the port of plain http": web(("", moved("https://$HOST:80/"))),
    "a Location with a name that browsers do not read": web(("", "HTTP/1.1 301 M\r\nLocation : https://localhost/\r\n\r\n")),
    "a Location of the word https only": web(("", moved("https:"))),
    "a Location whose https is in the path": web(("", moved("/https://localhost/"))),
    "a login form by 401": web(("", "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n\r\n")),
    "an error page by 404": web(("", "HTTP/1.1 404 Not Found\r\n\r\nhi")),
    "300 with a page": web(("", "HTTP/1.1 300 Choose\r\nLocation: https://localhost/\r\n\r\nhi")),
    "the connection ends on everything but the front page, which is served": web(("GET / ", OK)),
    "the front page ends the connection, everything else is served": web(("probe/none", OK)),
}.items():
    attempt(PLAIN, "http", TO_TLS, "http: " + trick, weak)

for trick, weak in {
    "302": web(("", moved("https://$HOST$PATH", 302))),
    "307": web(("", moved("https://$HOST$PATH", 307))),
    "301 for the front page and 302 for the rest": web(("GET / ", moved("https://$HOST/")), ("", moved("https://$HOST$PATH", 302))),
    "302 for the front page and 301 for the rest": web(("GET / ", moved("https://$HOST/", 302)), ("", moved("https://$HOST$PATH"))),
}.items():
    attempt("redirect_permanent", "http", TO_TLS, "http: " + trick, weak)

for trick, weak in {
    "another name": web(("", moved("https://www.example.org$PATH"))),
    "the name as the user part of an address": web(("", moved("https://localhost@www.example.org/"))),
    "a backslash before the name": web(("", moved("https://www.example.org\\@localhost/"))),
    "https without an authority, so that a browser takes the path for the name": web(("", moved("https:/www.example.org/"))),
    "the same name for the front page, another for the rest": web(
        ("GET / ", moved("https://localhost/")), ("", moved("https://www.example.org/"))),
    "a name below the name": web(("", moved("https://www.localhost/"))),
}.items():
    attempt("redirect_same_host", "http", TO_TLS, "http: " + trick, weak)

# -- STARTTLS --------------------------------------------------------------------------------

for trick, weak in {
    "it is offered, and refused for good": submission(go=b"502 5.5.1 not implemented\r\n"),
    "it is offered, and not available for the moment": submission(go=b"454 4.7.0 TLS not available\r\n"),
    "it is offered and agreed to, and no handshake follows": submission(("(?s).", None), go=b"220 go\r\nnot TLS\r\n"),
    "it is not offered": submission(ehlo=b"250 mx.example\r\n"),
    "only a word that contains it is offered": submission(ehlo=b"250-mx.example\r\n250 XSTARTTLSX\r\n"),
    "only the greeting mentions it": lines(b"220 mx STARTTLS\r\n", [("EHLO", b"250 mx\r\n"), ("", b"502 no\r\n")], "NEVER", b""),
}.items():
    attempt("starttls_offered", "submission", submission(), "submission: " + trick, weak)
attempt("starttls_offered", "imap", imap(), "imap: it is in the greeting and not in the capabilities",
        imap(capability=b"IMAP4rev1", greeting=b"* OK STARTTLS is nice\r\n", go=b"a2 BAD what\r\n"))
attempt("starttls_offered", "pop3", pop3(), "pop3: it is announced, and refused",
        lines(b"+OK\r\n", [("CAPA", b"+OK\r\nSTLS\r\n.\r\n"), ("", b"-ERR no\r\n")], "NEVER", b""))
