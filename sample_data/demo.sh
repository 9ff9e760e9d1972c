#!/bin/sh
# The main job on the sample firm: its files into a throw-away store, then the reports an owner opens first.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT INT TERM
export CRMCLI_DB="$room/demo.duckdb"
day=2026-06-30

tell() {
    printf '\n\033[1m$ crmcli' >&2
    printf ' %s' "$@" >&2
    printf '\033[0m\n' >&2
    crmcli "$@"
}

cd "$here"
tell init --currency RUB
tell import run book.xlsx
tell import run sales_1c_2023_2026.csv
tell import run webshop_2025.csv invoices.csv tickets.csv visits.csv competitor_prices.csv costs.csv
tell import run dirty.csv --rejects "$room/dirty.rejects.csv" || [ $? -eq 5 ]
tell undo
tell check
tell report value --as-of $day --limit 10
tell report churn --as-of $day --limit 10
tell report rfm --as-of $day --limit 10
tell report abc --as-of $day --limit 10
tell today --as-of $day
tell card 00056 --as-of $day
