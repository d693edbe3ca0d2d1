# For the scripts of this folder: node processes on loopback that end with the script. Wants $here and a $work folder; gives `start`, $nodes (their processes)
# and $port (of the first), and builds what is missing. Processes in $others end as well. TRIVET_BENCH_PORT says another first port.
. "$here/.mvn/find-jdk.sh"
find_jdk
"$here/trivet" --version >/dev/null
(cd "$here" && ./mvnw -B -q package -pl bench -am -Dmaven.test.skip=true -Dspotless.check.skip=true)

port=${TRIVET_BENCH_PORT:-7891}
nodes=
others=
cleanup() {
  for pid in $others $nodes; do kill -9 "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
export TRIVET_CLUSTER=127.0.0.1:$port
export TRIVET_CONFIG=$work/profile

start() { # number, arguments of the node
  number=$1
  shift
  "$here/trivet" node --data "$work/n$number" --listen "127.0.0.1:$((port + number))" "$@" >"$work/n$number.log" 2>&1 &
  nodes="$nodes $!"
  tries=0
  until grep -qs '^ready' "$work/n$number.log"; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || { cat "$work/n$number.log" >&2; exit 1; }
    sleep 0.1
  done
}
