# A server of one's own in a scratch directory, for scripts that play a shop; sourced, with `bin` set to the directory of the
# binaries. Leaves nothing behind.
scratch=$(mktemp -d)
log=$scratch/server.log
server_pid=

finish() {
  local code=$?
  trap - EXIT
  if [[ -n $server_pid ]] && kill -0 "$server_pid" 2>/dev/null; then
    kill -KILL "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
  fi
  if ((code != 0)); then
    echo >&2
    echo "${0##*/} failed (exit code $code). The end of the server's log:" >&2
    tail -n 20 "$log" >&2 2>/dev/null || true
  fi
  rm -rf "$scratch"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [[ -t 1 ]]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi

section() { printf '\n%s%s%s\n\n' "$bold" "$1" "$plain"; }

rapport() { "$bin/rapport" --server "$endpoint" "$@"; }

# The value of a string field in JSON on stdin: the first of that name.
field() { sed -n "s/^.*\"$1\": *\"\([^\"]*\)\".*\$/\1/p" | sed -n 1p; }

start_server() {
  "$bin/rapport-server" --storage.path "$scratch/data" --server.listen 127.0.0.1:0 \
    --metrics.listen 127.0.0.1:0 --health.listen "" --tls.insecure=true \
    --server.endpoint_file "$scratch/endpoint" --training.after_purchases 0 >"$log" 2>&1 &
  server_pid=$!
  local tries
  for ((tries = 0; tries < 300; ++tries)); do
    if [[ -s $scratch/endpoint ]]; then
      endpoint=$(<"$scratch/endpoint")
      return
    fi
    kill -0 "$server_pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

stop_server() {
  local code=0
  kill -TERM "$server_pid"
  wait "$server_pid" || code=$?
  server_pid=
  return "$code"
}
