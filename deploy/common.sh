# shellcheck shell=bash
# What the commands of deploy/ share, and the package's postinst; sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

fail() {
	local code=$1
	shift
	say "$*"
	exit "$code"
}

# The version that CMakeLists.txt declares.
source_version() {
	sed -n 's/^project(par VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt"
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

# read_arguments "data port" "once" "$@": --data V sets data, --once sets once to yes; what
# is not given is "". Other words are left in the array words. DIR becomes absolute.
read_arguments() {
	local values=" $1 " switches=" $2 " name
	shift 2
	words=()
	for name in $values $switches; do declare -g "$name="; done
	while [ $# -gt 0 ]; do
		name=${1#--}
		if [ "$1" = -h ] || [ "$1" = --help ]; then
			usage
			exit 0
		elif [ "$name" = "$1" ]; then
			words+=("$1")
		elif [[ "$switches" = *" $name "* ]]; then
			declare -g "$name=yes"
		elif [[ "$values" = *" $name "* ]]; then
			[ $# -ge 2 ] || fail 2 "$1 needs a value"
			declare -g "$name=$2"
			shift
		else
			fail 2 "unknown argument $1; see $(basename "$0") --help"
		fi
		shift
	done
	[ -z "${data:-}" ] || data=$(realpath -m -- "$data")
}

# make_keys PAR DIR: what is missing of DIR/keys, a key for each service and role, and puts
# it on the allow-list, DIR/allow, once: a key taken off the list stays off.
make_keys() {
	local par=$1 dir=$2 name role words
	for name in collector scorer publisher operator releaser auditor intake \
		internal downstream; do
		case "$name" in
		collector | scorer | publisher) role=internal ;;
		*) role=$name ;;
		esac
		[ -e "$dir/keys/$name.key" ] ||
			words=$("$par" keys new "$name" --role "$role" --dir "$dir/keys" 2>&1) ||
			fail 1 "$words"
		[ -e "$dir/allow/.made-$name" ] || {
			cp "$dir/keys/$name.pub" "$dir/allow/"
			: >"$dir/allow/.made-$name"
		}
	done
}

# Sets engine to what runs the containers, and so holds their images and volumes.
find_engine() {
	engine=podman
	! command -v podman-compose >/dev/null || return 0
	if docker compose version >/dev/null 2>&1; then
		engine=docker
	else
		"$root/deploy/packages" containers
	fi
}

# logged WORDS COMMAND...: its output into the log; on failure the end of it and WORDS.
logged() {
	local words=$1
	shift
	"$@" >"$log" 2>&1 && return
	tail -n 30 "$log" >&2
	fail 1 "$words; the whole output is in $log"
}

# The last commit, of the checkout or as `git archive` wrote it down: "REVISION SECONDS".
commit() {
	local told
	told=$(cat "$root/deploy/revision")
	case "$told" in
	*Format*) ;;
	*)
		echo "$told"
		return
		;;
	esac
	# the repository around an unpacked archive says nothing of it
	if [ -e "$root/.git" ] && told=$(git -C "$root" log -1 --format=%ct 2>/dev/null); then
		echo "$(git -C "$root" describe --always --abbrev=40 --dirty --exclude '*')" "$told"
	else
		echo "unknown $(stat -c %Y "$root/CMakeLists.txt")"
	fi
}
