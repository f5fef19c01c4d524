# What deploy/up, deploy/down and deploy/demo share; sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

fail() {
	local code=$1
	shift
	say "$*"
	exit "$code"
}

# The lock of a service is held exactly while it runs.
running() {
	[ -e "$data/$1/lock" ] && ! flock -n "$data/$1/lock" true
}

# Whether a process is there and not just waiting to be reaped.
alive() { grep -q '^State:.*[^Z] (' "/proc/$1/status" 2>/dev/null; }

# The process of a service's pid file, if it still is that service; else nothing.
process() {
	local pid
	pid=$(cat "$data/run/$1.pid" 2>/dev/null) || return 0
	[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "par-$1" ] || return 0
	! alive "$pid" || echo "$pid"
}

# Reads --data DIR, --port N and --once into data, port and once; absolute, unset: "".
read_arguments() {
	data="" port="" once=""
	while [ $# -gt 0 ]; do
		case "$1" in
		--data | --port)
			[ $# -ge 2 ] || fail 2 "$1 needs a value"
			if [ "$1" = --data ]; then data=$2; else port=$2; fi
			shift 2
			;;
		--once)
			once=yes
			shift
			;;
		-h | --help)
			usage
			exit 0
			;;
		*) fail 2 "unknown argument $1; see $(basename "$0") --help" ;;
		esac
	done
	case "$port" in
	*[!0-9]*) fail 2 "--port takes a number, not $port" ;;
	esac
	if [ -n "$port" ] && { [ "$port" -gt 65526 ] || { [ "$port" -gt 0 ] && [ "$port" -lt 1024 ]; }; }; then
		fail 2 "--port must be 0 or 1024 to 65526, not $port"
	fi
	if [ -n "$data" ]; then
		data=$(realpath -m -- "$data")
	fi
}
