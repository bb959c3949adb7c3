#!/bin/bash
# Runs the smoke test of `p1lora run` on real kernel interfaces: run.sh [PROGRAM]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:-$here/../../.build/debug/p1lora}")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/p1lora-kernel
python=$(python3 -c 'import cryptography, sys; print(sys.executable)')
"$here/build-kernel.sh" "$cache"
cc -std=gnu17 -O2 -Wall -Wextra -o "$cache/spidev-sx1276" "$here/spidev-sx1276.c" \
    $(pkg-config --cflags --libs fuse3) -pthread

# What is not known to the kernel on its command line becomes the environment of the first process.
output=$(mktemp)
trap 'rm -f "$output"' EXIT
timeout 180 "$cache/linux" mem=512M root=/dev/root rootfstype=hostfs hostfs=/ ro init="$here/guest-init.sh" quiet \
    con=null con0=fd:0,fd:1 P1LORA_TESTS="$here" P1LORA_CACHE="$cache" P1LORA_PROGRAM="$program" \
    P1LORA_PYTHON="$python" < /dev/null 2>&1 | tee "$output" || true
grep -q '^smoke test: 0' "$output"
