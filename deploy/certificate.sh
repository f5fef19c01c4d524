# shellcheck shell=bash
# The certificate of the proxy, DIR/tls, and what it answers; sourced by deploy/compose.

make_certificate() {
	local kind=DNS
	[[ ! "$host" =~ ^[0-9.]+$ ]] || kind=IP
	[ ! -e "$data/tls/site.crt" ] || return 0
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc \
		-days 3650 -subj "/CN=$host" -keyout "$data/tls/site.key" \
		-addext "subjectAltName=$kind:$host,DNS:localhost,IP:127.0.0.1" \
		-out "$data/tls/site.crt" 2>"$data/log/openssl.log" ||
		fail 1 "$(cat "$data/log/openssl.log")"
	say "made a certificate that no browser trusts; yours goes into $data/tls as site.crt and" \
		"site.key, then deploy/compose reload"
}

# nginx would take a pair that does not fit, and serve nobody.
check_certificate() {
	local crt=$data/tls/site.crt key=$data/tls/site.key option=-checkhost
	[ "$(with_owners openssl pkey -passin pass: -in "$key" -pubout)" = \
		"$(openssl x509 -in "$crt" -noout -pubkey)" ] ||
		fail 1 "$key is not the key of the certificate $crt, or is encrypted: nothing was changed"
	[[ ! "$host" =~ ^[0-9.]+$ ]] || option=-checkip
	openssl x509 -in "$crt" -noout $option "$host" | grep -q "does match" ||
		say "the certificate $crt is not of $host: readers will be warned"
}

# The first line that the front page is answered with, over TLS.
page() {
	printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' |
		timeout 5 openssl s_client -quiet -connect "127.0.0.1:$PORT_HTTPS" 2>/dev/null |
		head -n 1
}
