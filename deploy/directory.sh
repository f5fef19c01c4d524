# shellcheck shell=bash
# A data directory of deploy/up or deploy/compose: its ports, its env file, and waiting
# until what runs on it is ready; sourced, not run.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$root/deploy/services.env"

# How far each port lies above the first, PORT_PAGES.
declare -A port_offsets
for name in $(compgen -v PORT_); do
	port_offsets[$name]=$((${!name} - PORT_PAGES))
done

check_port() {
	local last=$((65536 - ${#port_offsets[@]}))
	case "$port" in
	*[!0-9]*) fail 2 "--port takes a number, not $port" ;;
	esac
	if [ -n "$port" ] && { [ "$port" -gt $last ] || { [ "$port" -gt 0 ] && [ "$port" -lt 1024 ]; }; }; then
		fail 2 "--port must be 0 or 1024 to $last, not $port"
	fi
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The first taken port of those from BASE on, or nothing.
taken_port() {
	local offset
	for offset in $(printf '%s\n' "${port_offsets[@]}" | sort -n); do
		! listening $(($1 + offset)) || { echo $(($1 + offset)) && return; }
	done
}

free_base() {
	local base
	for _ in $(seq 100); do
		# below the range that the kernel hands out
		base=$((10240 + (RANDOM * 32768 + RANDOM) % 2200 * 10))
		[ -n "$(taken_port $base)" ] || { echo $base && return; }
	done
	fail 1 "found no ${#port_offsets[@]} free ports"
}

# Moves every PORT_ variable to where this directory has it: as $port says, once.
choose_ports() {
	local base name taken
	if [ -s "$data/port" ]; then
		base=$(cat "$data/port")
		[ -z "$port" ] || [ "$port" = 0 ] || [ "$port" = "$base" ] ||
			say "this data directory keeps its ports, from $base"
	else
		base=${port:-$PORT_PAGES}
		[ "$base" != 0 ] || base=$(free_base)
		taken=$(taken_port "$base")
		[ -z "$taken" ] ||
			fail 1 "port $taken is taken; --port N takes others, --port 0 free ones"
		echo "$base" >"$data/port"
	fi
	for name in "${!port_offsets[@]}"; do
		declare -g "$name=$((base + port_offsets[$name]))"
	done
}

# write_env BIN SITE: DIR/env, to be sourced, for the par in BIN.
write_env() {
	q() { printf '%q' "$1"; }
	cat >"$data/env.new" <<-EOT
		export PATH=$(q "$1"):"\${PATH:-/usr/bin:/bin}"
		export PAR_KEYS=$(q "$data/keys")
		export PAR_COLLECTOR=tcp://127.0.0.1:$PORT_INTAKE
		export PAR_JOURNAL=tcp://127.0.0.1:$PORT_JOURNAL
		export PAR_SCORER=tcp://127.0.0.1:$PORT_INSPECT
		export PAR_PUBLISHER=tcp://127.0.0.1:$PORT_RELEASES
		export PAR_SITE=$(q "$2")
		export PAR_COLLECTOR_HEALTH=127.0.0.1:$PORT_COLLECTOR_HEALTH
		export PAR_SCORER_HEALTH=127.0.0.1:$PORT_SCORER_HEALTH
		export PAR_PUBLISHER_HEALTH=127.0.0.1:$PORT_PUBLISHER_HEALTH
	EOT
	mv "$data/env.new" "$data/env"
}

# The answer of /readyz, or "" when nobody answers.
readyz() {
	(
		exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 0
		printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
		timeout 5 cat <&3
	) 2>/dev/null || true
}

# wait_ready SERVICE PORT HAS_ENDED: until /readyz says so; `HAS_ENDED SERVICE` tells why a
# service that ended did so, and fails, else does nothing.
wait_ready() {
	local service=$1 health=$2 has_ended=$3 answer asked=0
	while :; do
		answer=$(readyz "$health")
		case "$answer" in
		"HTTP/1.1 200"*) return ;;
		esac
		"$has_ended" "$service"
		asked=$((asked + 1))
		if [ $((asked % 100)) = 0 ]; then
			answer=$(tail -n 1 <<<"$answer")
			say "waiting for the $service: ${answer:-it does not answer yet}"
		fi
		[ $asked -lt 6000 ] || fail 1 "the $service is not ready after 10 minutes"
		sleep 0.1
	done
}
