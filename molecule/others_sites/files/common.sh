# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# What the habits share: packages, a company's own authority, and what its users get over the web.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

packages() {
    apt-get update -q >/dev/null
    apt-get install -qy --no-install-recommends curl openssl ca-certificates "$@" >/dev/null
}

# issue FOLDER NAME...: privkey.pem, cert.pem, chain.pem and fullchain.pem, trusted by the host.
issue() {
    local folder=$1 names
    shift
    names=$(printf ',DNS:%s' "$@")
    mkdir -p "$folder" /root/company
    if [ ! -f /root/company/ca.pem ]; then
        openssl req -x509 -newkey rsa:3072 -nodes -keyout /root/company/ca.key -out /root/company/ca.pem -days 1000 \
            -subj "/O=Company/CN=Company authority" -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
        cp /root/company/ca.pem /usr/local/share/ca-certificates/company.crt
        update-ca-certificates >/dev/null 2>&1
    fi
    openssl req -new -newkey rsa:3072 -nodes -keyout "$folder/privkey.pem" -out /root/company/request -subj "/CN=$1" 2>/dev/null
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature,keyEncipherment\nbasicConstraints=CA:FALSE\n' \
        "${names#,}" >/root/company/extensions
    openssl x509 -req -in /root/company/request -CA /root/company/ca.pem -CAkey /root/company/ca.key -CAcreateserial -days 80 \
        -out "$folder/cert.pem" -extfile /root/company/extensions 2>/dev/null
    cp /root/company/ca.pem "$folder/chain.pem"
    cat "$folder/cert.pem" "$folder/chain.pem" >"$folder/fullchain.pem"
    chmod 600 "$folder/privkey.pem"
}

# page NAME FILE...: a folder with a page that says its name.
pages() {
    local name
    for name in "$@"; do
        mkdir -p "/var/www/$name"
        echo "the page of $name" >"/var/www/$name/index.html"
    done
}

# visit URL [OPTION...]: where a visitor of this host ends, with which status and page. The scheme is left out: it is what changes.
visit() {
    local url=$1
    shift
    cat /root/company/ca.pem $(find /etc/ssl/intransit -name chain.pem 2>/dev/null) >/root/roots.pem
    : >/root/page
    curl --silent --show-error --max-time 10 --location --max-redirs 5 --cacert /root/roots.pem "$@" --connect-to "::127.0.0.1:" \
        --output /root/page --write-out '%{http_code} %{url_effective}' "$url" | sed 's|https\{0,1\}://||; s|:443/|/|'
    echo " $(head -n 1 /root/page)"
}
