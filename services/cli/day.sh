#!/usr/bin/env bash
# A day in the shop, played from the command line: the list of moments, a card, what to say, what was answered, what that
# changes, and handing over. Each command is shown before what it prints.
#   services/cli/day.sh BIN_DIR
set -euo pipefail

bin=${1:?usage: day.sh BIN_DIR}
# shellcheck source=services/cli/scratch_server.sh
source "$(dirname "$0")/scratch_server.sh"

# Shows a command, then does it.
say() {
  local word words=""
  for word in "$@"; do
    [[ $word == *" "* ]] && word="'$word'"
    words+=" $word"
  done
  printf '$ rapport%s\n' "$words"
  rapport "$@"
  echo
}

start_server
sample=$(rapport load-sample --json)
regular=$(field regular_customer_id <<<"$sample")
rapport train >/dev/null

section "Morning. Sam opens the list of moments, and takes the first"
say moments --store "Harbour Street" --capacity 3
moments=$(rapport moments --store "Harbour Street" --capacity 1 --json)
moment=$(field moment_id <<<"$moments")
whose=$(field customer_id <<<"$moments")
say moments --claim "$moment" --customer "$whose" --staff sam
if rapport moments --claim "$moment" --customer "$whose" --staff max >/dev/null 2>&1; then
  echo "two have claimed one moment" >&2
  exit 1
fi
say moments --complete "$moment" --customer "$whose" --staff sam --fate contacted --channel phone

section "A regular comes in"
say card "$regular"

section "What to say?"
say talk "$regular" --locale en-GB
suggestion=$(rapport suggest "$regular" --count 2 --json)
top=$(field item_id <<<"$suggestion")
second=$(rapport suggest "$regular" --count 1 --json --exclude "$top" | field item_id)
reason=$(rapport explain "$regular" "$second" --json | sed -n '/"evidence"/,$p' | field item_id)

section "\"That? It was always for my sister.\" So it says nothing of her"
say explain "$regular" "$second" --evidence 3
say outcome "$regular" "$reason" gift --staff sam --id gift-for-the-sister
say outcome "$regular" "$top" not-now --staff sam --remark "has plenty at home" --count 5
if rapport suggest "$regular" --count 5 --json | grep -q "\"item_id\": \"$top\""; then
  echo "what was declined is still suggested" >&2
  exit 1
fi

section "And something learnt"
say insight "$regular" --allergic-to almond --staff sam --count 5
say insight "$regular" --likes category=Tea --staff sam --count 5
if rapport suggest "$regular" --count 100 --json | grep -qi almond; then
  echo "what she is allergic to is still suggested" >&2
  exit 1
fi

section "Something new arrived: whom would it suit?"
say who-would-want "$top" --store "Harbour Street" --limit 3

section "Evening. Sam hands over"
say hand-off "$regular"

section "On second thoughts, it was no gift"
say outcome "$regular" --undo gift-for-the-sister --staff sam
stop_server
