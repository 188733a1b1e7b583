# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is asked of an endpoint, as data: one row per control, no judging here.

A control asks exactly one thing, so that weakening one setting of a good host makes
exactly one control fail.  ``checks/`` holds one function per row; ``verdict.py`` puts
row and function together.  Severities are those of a failure with nothing worse known;
a check may raise or lower its own (a NULL suite is worse than an unlisted one).

``depth`` says from which probing depth on the answer is expected: what a ``policy``
probe should have told and did not is an error, what only a ``full`` probe looks at is
merely unprobed.  References name document and section; the figures behind them are
those of the documents' editions of November 2026.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import UnknownName

SEVERITIES: tuple[str, ...] = ("info", "low", "medium", "high", "critical")
"""Mildest first."""

PCI = "PCI DSS 4.0.1 4.2.1"
PCI_INVENTORY = "PCI DSS 4.0.1 4.2.1.1"
PCI_REVIEW = "PCI DSS 4.0.1 12.3.3"
BSI = "BSI TR-02102-2 2026-01"
NIST = "NIST SP 800-52r2"
NCSC = "NCSC-NL 2025-05"
ASVS = "OWASP ASVS 5.0"
COOKIES = "RFC 6265bis"
TLSREF = "TLSRef 6.0 (formerly Mozilla)"


@dataclass(frozen=True)
class Control:
    """One thing that is asked of an endpoint."""

    id: str
    title: str
    severity: str
    """One of SEVERITIES: how bad a failure is."""
    needs: tuple[str, ...]
    """Keys of the observation that the answer is read from."""
    sentence: str
    """What is asked, as a person reads it."""
    remedy: str
    """What to do where it fails."""
    references: tuple[str, ...] = ()
    depth: str = "policy"
    """``policy`` or ``full``: the shallowest probe that answers this."""


_DEPRECATED_BY = (
    "RFC 9325 3.1.1", "RFC 8997 3", PCI, f"{BSI} 3.2", f"{NIST} 3.1", f"{NCSC} 3.3", f"{TLSREF} intermediate",
)
_OLD = {
    "SSLv2": ("critical", ("RFC 6176 3", "RFC 9325 3.1.1", PCI, f"{NIST} 3.1", f"{NCSC} 3.3")),
    "SSLv3": ("critical", ("RFC 7568 3", "RFC 9325 3.1.1", PCI, f"{NIST} 3.1", f"{NCSC} 3.3")),
    "TLSv1": ("high", ("RFC 8996 4", *_DEPRECATED_BY)),
    "TLSv1.1": ("high", ("RFC 8996 5", *_DEPRECATED_BY)),
    "TLSv1.2": ("medium", ("RFC 9852", f"{TLSREF} modern")),
    "TLSv1.3": ("low", (PCI_REVIEW,)),
}


def _protocol_control(version: str) -> Control:
    severity, references = _OLD[version]
    return Control(
        id="protocol_" + version.lower().replace(".", "_"),
        title=f"{version} is refused",
        severity=severity,
        needs=("protocols",),
        sentence=f"The policy does not list {version}, so no handshake with it may succeed.",
        remedy=f"Take {version} out of the protocols of this service; behind OpenSSL also look at the security level.",
        references=references,
    )


_REACH_AND_PLAINTEXT: tuple[Control, ...] = (
    Control(
        id="reachable",
        title="The endpoint answers",
        severity="high",
        needs=("reachable", "error"),
        sentence="An endpoint that could not be reached has proven nothing.",
        remedy="Start the service, open the path from the vantage host, or take the endpoint off the list.",
        references=(PCI_INVENTORY,),
    ),
    Control(
        id="plaintext_refused",
        title="Nothing is served without TLS",
        severity="high",
        needs=("plaintext",),
        sentence="Before TLS the server neither serves content nor takes or offers authentication.",
        remedy="Require TLS on this port, redirect it to https for good, or close it.",
        references=("RFC 9325 3.2", "RFC 8314 3", "RFC 8314 4.1", "RFC 4513 2", PCI),
    ),
    Control(
        id="redirect_permanent",
        title="The redirect to https is permanent",
        severity="low",
        needs=("plaintext", "http"),
        sentence="A redirect away from plain http is a 301 or 308, so that clients remember it.",
        remedy="Answer with 301 or 308 instead of a temporary redirect.",
        references=("RFC 9110 15.4.2", "RFC 6797 7.2"),
    ),
    Control(
        id="redirect_same_host",
        title="The redirect to https stays on its host",
        severity="low",
        needs=("http",),
        sentence="The redirect away from plain http leads to https on the same host first, where HSTS can take hold.",
        remedy="Redirect to https on the same name; go on to another name from there.",
        references=("RFC 6797 7.2", "hstspreload.org"),
    ),
    Control(
        id="implicit_tls_only",
        title="TLS from the first byte, not by STARTTLS",
        severity="medium",
        needs=("protocol",),
        sentence="The policy allows only ports that speak TLS from the first byte on.",
        remedy="Serve this protocol on its implicit TLS port and close the STARTTLS port.",
        references=("RFC 8314 3", "RFC 9325 3.2"),
    ),
    Control(
        id="starttls_offered",
        title="STARTTLS is offered",
        severity="critical",
        needs=("starttls",),
        sentence="A port that begins in clear text must offer a way out of it.",
        remedy="Give the service a certificate and switch its STARTTLS on.",
        references=("RFC 8314 4.1", "RFC 3207 4", PCI),
    ),
    Control(
        id="starttls_injection",
        title="Commands sent along with STARTTLS are thrown away",
        severity="high",
        needs=("starttls",),
        sentence="What arrives in clear text in the same packet as STARTTLS must not be carried out inside TLS.",
        remedy="Update the server software: this is a defect, not a setting.",
        references=("RFC 3207 4.2", "RFC 9051 6.2.1", "CVE-2011-0411"),
        depth="full",
    ),
)

_PROTOCOLS_AND_SUITES: tuple[Control, ...] = (
    Control(
        id="protocols_offered",
        title="The protocols of the policy are accepted",
        severity="medium",
        needs=("protocols",),
        sentence="The versions that the policy lists can be negotiated.",
        remedy="Switch the missing version on; check that the suites and the certificate fit it.",
        references=("RFC 9325 3.1.1", f"{NIST} 3.1", TLSREF),
    ),
    Control(
        id="suites_tls12",
        title="Only allowed suites up to TLS 1.2",
        severity="medium",
        needs=("suites", "rules"),
        sentence="Every suite that TLS 1.2 and older versions accept is in the policy's set or in what it also allows.",
        remedy="Set the cipher list that the policy compiles to in this service's own language.",
        references=("RFC 9325 4.1", "RFC 9325 4.2", "RFC 10015 2", PCI, PCI_REVIEW, f"{BSI} 3.3", f"{NIST} 3.3.1",
                    f"{NCSC} 3.3"),
    ),
    Control(
        id="suites_tls13",
        title="Only allowed suites in TLS 1.3",
        severity="medium",
        needs=("suites", "rules"),
        sentence="Every suite that TLS 1.3 accepts is in the policy's set or in what it also allows.",
        remedy="Set the TLS 1.3 suites: a cipher list for TLS 1.2 never controls them.",
        references=("RFC 9325 4.3", PCI, PCI_REVIEW, f"{BSI} 3.4", f"{NIST} 3.3.1", f"{NCSC} 3.3"),
    ),
    Control(
        id="suites_phase_out",
        title="No suite that is to be phased out",
        severity="low",
        needs=("suites", "rules"),
        sentence="Suites that the policy tolerates for now are not in use any more.",
        remedy="Take the named suites out of the cipher list before the policy does.",
        references=(PCI_REVIEW, f"{BSI} 3.3", f"{NCSC} 3.3"),
    ),
    Control(
        id="groups",
        title="Only allowed groups",
        severity="medium",
        needs=("groups", "rules"),
        sentence="Every key exchange group that the server accepts is in the policy's set.",
        remedy="Set the groups (curves) of this service to the policy's.",
        references=("RFC 9325 4.2.1", "RFC 9325 4.5", f"{BSI} 3.3", f"{NIST} 3.4.2", f"{NCSC} 3.3"),
    ),
    Control(
        id="post_quantum",
        title="A post-quantum group can be negotiated",
        severity="medium",
        needs=("groups",),
        sentence="Where the linked library has a post-quantum group, the server accepts it.",
        remedy="Put X25519MLKEM768 first in the groups (OpenSSL 3.5 and newer).",
        references=("RFC 10024", TLSREF),
    ),
    Control(
        id="dh_size",
        title="Finite field Diffie-Hellman is large enough",
        severity="high",
        needs=("dh_bits",),
        sentence="The modulus that the server really sends for DHE is not below the policy's minimum.",
        remedy="Drop the DHE suites, or set a group of the named size.",
        references=("RFC 9325 4.5", "RFC 10015 3", PCI, f"{NIST} 3.3.1"),
        depth="full",
    ),
    Control(
        id="signature_schemes",
        title="Only allowed signature schemes",
        severity="medium",
        needs=("signature_schemes",),
        sentence="The server signs only with schemes of the policy.",
        remedy="Set the signature algorithms of this service to the policy's.",
        references=("RFC 9155 2", "RFC 9325 4.5", f"{BSI} 3.3", f"{NIST} 3.4.1", f"{NCSC} 3.3"),
        depth="full",
    ),
    Control(
        id="server_preference",
        title="The server's order decides",
        severity="low",
        needs=("server_preference",),
        sentence="The policy wants the server's order of suites to decide, not the client's.",
        remedy="Switch server preference on (SSLHonorCipherOrder, tls_preempt_cipherlist, %SERVER_PRECEDENCE).",
        references=("RFC 9325 4.2.1", f"{NCSC} 3.3"),
        depth="full",
    ),
)

_SESSION: tuple[Control, ...] = (
    Control(
        id="compression",
        title="No TLS compression",
        severity="high",
        needs=("compression",),
        sentence="TLS compression gives secrets away by the length of what is sent (CRIME).",
        remedy="Switch TLS compression off.",
        references=("RFC 9325 3.3", f"{BSI} 3.3", f"{NIST} 3.7", f"{NCSC} 3.4"),
        depth="full",
    ),
    Control(
        id="secure_renegotiation",
        title="Renegotiation is bound to its connection",
        severity="high",
        needs=("renegotiation",),
        sentence="The server answers with renegotiation_info, so that nobody can prepend data to a session.",
        remedy="Update the TLS library, or switch renegotiation off.",
        references=("RFC 5746 3.6", "RFC 9325 3.5", f"{BSI} 3.3", f"{NIST} 3.4.1"),
        depth="full",
    ),
    Control(
        id="client_renegotiation",
        title="Clients cannot start a renegotiation",
        severity="medium",
        needs=("renegotiation",),
        sentence="A renegotiation that the client starts costs the server more than the client.",
        remedy="Switch client-initiated renegotiation off in this service.",
        references=(f"{NCSC} 3.4.2", "RFC 9325 3.5"),
        depth="full",
    ),
    Control(
        id="extended_master_secret",
        title="Extended master secret",
        severity="medium",
        needs=("extended_master_secret",),
        sentence="TLS 1.2 sessions are bound to their handshake.",
        remedy="Update the TLS library; every current one answers extended_master_secret.",
        references=("RFC 7627", "RFC 9325 3.5", f"{BSI} 3.3", f"{NIST} 3.4.1", f"{NCSC} 3.3"),
        depth="full",
    ),
    Control(
        id="early_data",
        title="No early data",
        severity="medium",
        needs=("early_data",),
        sentence="Early data (0-RTT) can be replayed, and the policy does not allow it.",
        remedy="Switch early data off in this service.",
        references=("RFC 8446 8", "RFC 9325 3.10", f"{NIST} 3.6"),
        depth="full",
    ),
    Control(
        id="client_certificate",
        title="A client certificate is asked for",
        severity="high",
        needs=("client_certificate",),
        sentence="The policy wants clients to prove who they are with a certificate.",
        remedy="Set the client CA and the verify mode of this service.",
        references=("RFC 8314 4.2", "RFC 8446 4.3.2", f"{NIST} 3.5"),
    ),
    Control(
        id="stapling",
        title="The certificate's status is stapled",
        severity="low",
        needs=("stapling", "certificates"),
        sentence="Where the certificate names an OCSP responder, its answer comes along in the handshake.",
        remedy="Switch stapling on, with time-outs that do not delay the handshake.",
        references=("RFC 9325 7.5", "RFC 6066 8", "RFC 7633", f"{NIST} 3.4.1"),
        depth="full",
    ),
    Control(
        id="heartbleed",
        title="No Heartbleed",
        severity="critical",
        needs=("vulnerabilities",),
        sentence="The server does not answer a heartbeat with more than it was sent.",
        remedy="Update the TLS library, then replace every key and password that the server held in its memory.",
        references=("CVE-2014-0160", PCI),
        depth="full",
    ),
    Control(
        id="ccs_injection",
        title="No early ChangeCipherSpec",
        severity="critical",
        needs=("vulnerabilities",),
        sentence="The server does not take a ChangeCipherSpec before keys were agreed on.",
        remedy="Update the TLS library.",
        references=("CVE-2014-0224", PCI),
        depth="full",
    ),
    Control(
        id="robot",
        title="No Bleichenbacher oracle",
        severity="critical",
        needs=("vulnerabilities",),
        sentence="The server answers well and badly padded RSA key exchanges alike.",
        remedy="Update the TLS library, and take static RSA suites out of the cipher list.",
        references=("RFC 5246 7.4.7.1", "CVE-2017-13099", PCI),
        depth="full",
    ),
)

_HTTP: tuple[Control, ...] = (
    Control(
        id="hsts",
        title="HSTS is sent, valid and long enough",
        severity="medium",
        needs=("http",),
        sentence="One valid Strict-Transport-Security header with at least the policy's max-age comes over https.",
        remedy="Send the header with the policy's max-age on every https answer, error pages included.",
        references=("RFC 6797 6.1", "RFC 9325 3.2", TLSREF),
    ),
    Control(
        id="hsts_subdomains",
        title="HSTS covers subdomains",
        severity="low",
        needs=("http",),
        sentence="The policy wants includeSubDomains in the HSTS header.",
        remedy="Add includeSubDomains once every subdomain speaks https.",
        references=("RFC 6797 6.1.2",),
    ),
    Control(
        id="hsts_preload",
        title="HSTS asks for preloading",
        severity="low",
        needs=("http",),
        sentence="The policy wants the preload directive in the HSTS header.",
        remedy="Add preload, and know that it takes months to undo.",
        references=("hstspreload.org",),
    ),
)

_PAGES: tuple[Control, ...] = (
    Control(
        id="page_refused",
        title="Declared pages are not served in clear text",
        severity="high",
        needs=("pages",),
        sentence="Over http a declared page redirects to https on the same host or is declined, without a login form.",
        remedy="Let the web server redirect the page to https on the same name, before the application answers.",
        references=(f"{ASVS} 12.2.1", "RFC 9325 3.2", "RFC 6797 7.2", PCI),
    ),
    Control(
        id="page_cookies_plaintext",
        title="Declared pages set no cookie in clear text",
        severity="high",
        needs=("pages",),
        sentence="The answer of a declared page over http sets no cookie, whose value could be read on the way.",
        remedy="Redirect in the web server, not in the application; take Set-Cookie out of answers over http.",
        references=(f"{COOKIES} 8.3", f"{ASVS} 12.2.1", PCI),
    ),
    Control(
        id="page_stays",
        title="Declared pages answer over https and stay there",
        severity="high",
        needs=("pages",),
        sentence="A declared page answers over https, and neither a redirect nor a refresh leads from it to http.",
        remedy="Tell the application its https address, and that the proxy speaks https (X-Forwarded-Proto).",
        references=(f"{ASVS} 12.2.1", "RFC 9325 3.2", PCI),
    ),
    Control(
        id="page_cookies_secure",
        title="Every cookie is Secure",
        severity="high",
        needs=("pages",),
        sentence="Every cookie that a declared page sets over https, redirects included, has the attribute Secure.",
        remedy="Set Secure in the application; the option secure_cookies of the roles of web servers adds it.",
        references=(f"{COOKIES} 4.1.2.5", f"{COOKIES} 8.3", f"{ASVS} 3.3.1", PCI),
    ),
    Control(
        id="page_cookies_http_only",
        title="Session cookies are HttpOnly",
        severity="medium",
        needs=("pages",),
        sentence="Every cookie of a declared page that holds a session has the attribute HttpOnly.",
        remedy="Set HttpOnly in the application (PHP: session.cookie_httponly).",
        references=(f"{COOKIES} 4.1.2.6", f"{ASVS} 3.3.4"),
    ),
    Control(
        id="page_cookies_same_site",
        title="Session cookies say SameSite",
        severity="info",
        needs=("pages",),
        sentence="Every cookie of a declared page that holds a session says Strict, Lax or None in SameSite.",
        remedy="Set SameSite as the application allows it, Lax or Strict if no other site sends forms to it.",
        references=(f"{COOKIES} 4.1.2.7", f"{ASVS} 3.3.2"),
    ),
    Control(
        id="page_forms",
        title="No form is sent in clear text",
        severity="high",
        needs=("pages",),
        sentence="No form of a declared page, and no button in it, sends to an http URL.",
        remedy="Write the URLs of forms without a scheme, or tell the application its https address.",
        references=("RFC 6797 12.4", f"{ASVS} 12.2.1", PCI),
    ),
    Control(
        id="page_loads",
        title="Nothing active is loaded in clear text",
        severity="medium",
        needs=("pages",),
        sentence="A declared page loads no script, style or frame from an http URL.",
        remedy="Load it over https, or write its URL without a scheme.",
        references=("RFC 6797 12.4", f"{ASVS} 12.2.1"),
    ),
    Control(
        id="page_hsts",
        title="Declared pages send HSTS once, valid and long enough",
        severity="medium",
        needs=("pages",),
        sentence="Every https answer on the way to a declared page has one valid HSTS header of the policy's max-age.",
        remedy="Let the web server remove the application's header and send its own.",
        references=("RFC 6797 6.1", "RFC 6797 7.1", "RFC 6797 8.1", f"{ASVS} 3.4.1"),
    ),
)

_CERTIFICATE: tuple[Control, ...] = (
    Control(
        id="certificate_present",
        title="A certificate is served",
        severity="critical",
        needs=("certificates",),
        sentence="Without a certificate nobody knows who is at the other end.",
        remedy="Give the service a certificate.",
        references=("RFC 9325 5.1", "RFC 8314 4.4", PCI),
    ),
    Control(
        id="certificate_valid",
        title="The certificate is valid now",
        severity="critical",
        needs=("certificates",),
        sentence="Every certificate of the served chain has begun and has not ended.",
        remedy="Renew the certificate and reload the service; look at why the renewal did not happen by itself.",
        references=("RFC 5280 4.1.2.5", PCI, PCI_INVENTORY),
    ),
    Control(
        id="certificate_expiry",
        title="The certificate does not end soon",
        severity="medium",
        needs=("certificates",),
        sentence="Enough of the certificate's life is left to repeat a renewal that fails.",
        remedy="Renew the certificate and reload the service.",
        references=(PCI_INVENTORY,),
    ),
    Control(
        id="certificate_name",
        title="The certificate names this host",
        severity="high",
        needs=("certificates", "server_name"),
        sentence="A subject alternative name of the leaf matches the name that clients use.",
        remedy="Issue the certificate for the name that clients use.",
        references=("RFC 9525 6", "RFC 9325 7.1", "RFC 8314 4.4", "RFC 4513 3.1.3", PCI),
    ),
    Control(
        id="certificate_key",
        title="The certificate's key is strong",
        severity="high",
        needs=("certificates",),
        sentence="Type, size and curve of every key in the chain are within the policy, and none is known to be weak.",
        remedy="Make a new key of an allowed type and size, and have a certificate issued for it.",
        references=("RFC 9325 4.5", "CA/B BR 6.1.5", PCI, f"{BSI} 3.3", f"{NIST} 3.2.1", f"{NCSC} 3.3"),
    ),
    Control(
        id="certificate_signature",
        title="The certificate is signed with a strong hash",
        severity="high",
        needs=("certificates",),
        sentence="No certificate below the trust anchor is signed with MD5, SHA-1 or a hash outside the policy.",
        remedy="Have the certificate issued again with SHA-256 or better.",
        references=("RFC 9325 4.5", "RFC 9155", "CA/B BR 7.1.3", PCI),
    ),
    Control(
        id="certificate_lifetime",
        title="The certificate's lifetime is within the limit",
        severity="low",
        needs=("certificates",),
        sentence="The leaf lives no longer than the policy, or for public authorities the CA/Browser Forum, allows.",
        remedy="Issue the certificate for fewer days; automate its renewal.",
        references=("CA/B BR 6.3.2", f"{NIST} 3.2.1", TLSREF),
    ),
    Control(
        id="certificate_usage",
        title="The certificate is meant for a server",
        severity="medium",
        needs=("certificates",),
        sentence="Key usage, extended key usage and basic constraints of the leaf fit a TLS server.",
        remedy="Issue the certificate with serverAuth and digitalSignature, and without CA:TRUE.",
        references=("RFC 5280 4.2.1.3", "RFC 5280 4.2.1.12", f"{NIST} 3.2.1"),
    ),
    Control(
        id="certificate_chain",
        title="The chain is complete and in order",
        severity="medium",
        needs=("certificates",),
        sentence="The leaf comes first and each certificate is followed by the one that signed it.",
        remedy="Serve the leaf followed by its intermediates, in order, without the root.",
        references=("RFC 5246 7.4.2", "RFC 8446 4.4.2"),
        depth="full",
    ),
    Control(
        id="certificate_trust",
        title="The chain ends at a trusted root",
        severity="high",
        needs=("certificates",),
        sentence="A client that trusts the expected roots accepts the served chain.",
        remedy="Have the certificate issued by the expected CA, or give the probe that CA as a trust anchor.",
        references=("RFC 5280 6.1", PCI),
        depth="full",
    ),
)

_DNS: tuple[Control, ...] = (
    Control(
        id="dns_caa",
        title="CAA allows the authority in use",
        severity="high",
        needs=("dns",),
        sentence="CAA records exist, and they allow the authority that issued the certificate to issue for this name.",
        remedy="Publish `issue` for the authority in use (the playbook dns prints the line), or change the authority.",
        references=("RFC 8659 3", "RFC 8659 4.1", "RFC 8659 4.2", "CA/B BR 3.2.2.8"),
    ),
    Control(
        id="dns_tlsa",
        title="TLSA records match the served certificate",
        severity="high",
        needs=("dns", "certificates"),
        sentence="Of the published TLSA records at least one can be used and matches every chain that is served.",
        remedy="Publish the record of the key in use besides the old one (the playbook dns prints it); sign the zone.",
        references=("RFC 7671 5", "RFC 7671 8", "RFC 7672 2.2", "RFC 7672 3.1", "RFC 6698 2"),
    ),
    Control(
        id="dns_dnssec",
        title="The name is in a signed zone",
        severity="low",
        needs=("dns",),
        sentence="The addresses of the name are signed by DNSSEC, so that no one on the way can replace them.",
        remedy="Sign the zone and have its DS record published by the parent zone.",
        references=("RFC 9364 1", "RFC 7672 2.1"),
    ),
    Control(
        id="dns_mta_sts",
        title="MTA-STS covers this mail exchanger",
        severity="medium",
        needs=("dns", "certificates"),
        sentence="The policy of each mail domain can be fetched, is enforced and names every MX; certificates verify.",
        remedy="Publish record and policy as the playbook dns prints them; let mta-sts.DOMAIN serve it over https.",
        references=("RFC 8461 3.1", "RFC 8461 3.2", "RFC 8461 3.3", "RFC 8461 4.1", "RFC 8461 5"),
    ),
    Control(
        id="dns_tls_rpt",
        title="Senders know where to report failures",
        severity="low",
        needs=("dns",),
        sentence="Each mail domain has one valid TLS-RPT record that says where senders report failed deliveries.",
        remedy="Publish the record that the playbook dns prints, with an address that is read.",
        references=("RFC 8460 3",),
    ),
)

_RUN: tuple[Control, ...] = (
    Control(
        id="host_asked",
        title="Every host could be asked",
        severity="high",
        needs=(),
        sentence="A host that could not be reached, or not be asked to the end, has proven nothing.",
        remedy="Repair the way to the host, or take it out of the inventory.",
        references=(PCI_INVENTORY,),
    ),
    Control(
        id="judged",
        title="Everything that was seen could be judged",
        severity="high",
        needs=(),
        sentence="An endpoint, a listener or a host whose record could not be judged has proven nothing.",
        remedy="Look at this place with another tool, and report the message as a defect of this collection.",
        references=(PCI_INVENTORY,),
    ),
    Control(
        id="exception_unmatched",
        title="Every exception is still needed",
        severity="medium",
        needs=(),
        sentence="This exception matched no failure in this run.",
        remedy="Remove the exception, or correct its host, endpoint and control.",
        references=(PCI_REVIEW,),
    ),
    Control(
        id="inside_tls",
        title="The service answers within TLS",
        severity="high",
        needs=(),
        sentence="Within TLS the service says what it is asked for.",
        remedy="Read the log of the service: what stands behind TLS does not work.",
        references=("RFC 9325 3.2",),
    ),
    Control(
        id="certificate_in_use",
        title="The certificate on the disk is the one that is served",
        severity="high",
        needs=("certificates",),
        sentence="Every endpoint serves the certificate that its configuration names.",
        remedy="Reload the daemon, so that it reads its certificate again.",
        references=(PCI_INVENTORY, PCI),
    ),
    Control(
        id="listener_declared",
        title="Every listening socket is declared",
        severity="medium",
        needs=("listeners",),
        sentence="Every socket that can be reached from outside belongs to a declared endpoint.",
        remedy="Declare the endpoint in tls_endpoints, bind it to loopback, or stop the service.",
        references=(PCI_INVENTORY, PCI),
    ),
    Control(
        id="listener_plaintext",
        title="No plaintext service can be reached from outside",
        severity="high",
        needs=("listeners",),
        sentence="No socket that can be reached from outside speaks clear text.",
        remedy="Put TLS in front of the service, bind it to loopback, or stop it.",
        references=(PCI, "RFC 8314 3"),
        depth="full",
    ),
)

_ALL = (
    _REACH_AND_PLAINTEXT + tuple(_protocol_control(version) for version in _OLD) + _PROTOCOLS_AND_SUITES
    + _SESSION + _HTTP + _PAGES + _CERTIFICATE + _DNS + _RUN
)

CONTROLS: dict[str, Control] = {control.id: control for control in _ALL}
"""Every control by its id, in the order in which findings are given."""


def rank_severity(severity: str) -> int:
    """Return 0 for ``info`` up to 4 for ``critical``.

    Raises:
        UnknownName: there is no such severity.

    """
    if severity not in SEVERITIES:
        raise UnknownName(f"Unknown severity {severity!r}. Severities: {', '.join(SEVERITIES)}.")
    return SEVERITIES.index(severity)
