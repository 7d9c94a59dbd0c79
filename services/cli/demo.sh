#!/usr/bin/env bash
# A shop in a minute: starts a server of its own in a scratch directory, loads the sample shop, trains, suggests,
# explains, sells, shows that the next suggestion knows it, and what to say. Leaves nothing behind.
#   services/cli/demo.sh BIN_DIR
set -euo pipefail

bin=${1:?usage: demo.sh BIN_DIR}
# shellcheck source=services/cli/scratch_server.sh
source "$(dirname "$0")/scratch_server.sh"

section "1. The shop opens: a server, and eighteen months of visits to a made-up shop"
start_server
rapport load-sample
sample=$(rapport load-sample --json)
regular=$(field regular_customer_id <<<"$sample")
newcomer=$(field newcomer_customer_id <<<"$sample")
name=$(rapport customers "$regular" --json | field form_of_address)

section "2. It learns who buys what together"
rapport train

section "3. A regular comes in: something new for them?"
rapport suggest "$regular" --count 5
suggestion=$(rapport suggest "$regular" --count 2 --json)
top=$(field item_id <<<"$suggestion")
title=$(field title <<<"$suggestion")

section "4. Why \"$title\"? From their own purchases, and it adds up"
rapport explain "$regular" "$top"

section "5. And their usual?"
rapport suggest "$regular" --pool bought --count 3

section "6. A newcomer, seen once: one purchase is enough to begin with"
rapport suggest "$newcomer" --count 5
hers=$(rapport suggest "$newcomer" --count 1 --json | field item_id)
echo
rapport explain "$newcomer" "$hers"

section "7. ${name:-The regular} takes \"$title\""
known=$(rapport suggest "$regular" --json | sed -n 's/^.*"history_size": *\([0-9]*\).*$/\1/p')
rapport record "$regular" "$top"

section "8. The next suggestion knows it: no new training was needed"
rapport suggest "$regular" --count 5
after=$(rapport suggest "$regular" --count 100 --json)
known_now=$(sed -n 's/^.*"history_size": *\([0-9]*\).*$/\1/p' <<<"$after")
next=$(field item_id <<<"$after")
if ((known_now != known + 1)); then
  echo "the history did not grow: $known, then $known_now" >&2
  exit 1
fi
if rapport suggest "$regular" --count 100 --only "$top" --json | grep -q '"rank"'; then
  echo "$title is still suggested as new" >&2
  exit 1
fi
echo
echo "  \"$title\" is no longer new to them, and counts as evidence for what comes next:"
echo
rapport explain "$regular" "$next" --evidence 8

section "9. What to say to ${name:-them}? In words of the shop's own files, each checked against the facts"
rapport talk "$regular" --locale en-US
echo
rapport talk "$regular" --locale nl-NL
if ! rapport talk "$regular" --locale nl-NL --json | grep -q '"locale": "nl-NL"'; then
  echo "the talking points are not in Dutch" >&2
  exit 1
fi

section "10. The shop closes"
stop_server
echo "  The server ended cleanly; every purchase it acknowledged was on disk before it said so."
