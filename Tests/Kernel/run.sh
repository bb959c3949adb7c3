#!/bin/bash
# Runs p1lora on real kernel interfaces: run.sh [FOLDER OF THE BUILT PROGRAMS] [SUBJECTS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$(realpath "${1:-$here/../../.build/debug}")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/p1lora-kernel
"$here/build-kernel.sh" "$cache"
cc -std=gnu17 -O2 -Wall -Wextra -o "$cache/spidev" "$here/spidev.c" $(pkg-config --cflags --libs fuse3) -pthread
cc -std=gnu17 -O2 -Wall -Wextra -o "$cache/usb-serial" "$here/usb-serial.c" -pthread

# What is not known to the kernel on its command line becomes the environment of the first process.
output=$(mktemp)
trap 'rm -f "$output"' EXIT
timeout 400 "$cache/linux" mem=512M root=/dev/root rootfstype=hostfs hostfs=/ ro init="$here/guest-init.sh" quiet \
    con=null con0=fd:0,fd:1 P1LORA_TESTS="$here" P1LORA_CACHE="$cache" P1LORA_PROGRAM="$programs/p1lora" \
    P1LORA_BENCH="$programs/KernelBench" P1LORA_SUBJECTS="${2:-devices,radio,meters,doctor,module,pulses}" < /dev/null 2>&1 | tee "$output" || true
grep -qE '^(ok|NOT OK)' "$output" || {
    echo "SKIPPED: the guest's kernel does not start on this machine (/dev/shm has to let programs run)"
    exit 77
}
grep -q '^kernel tests: 75' "$output" && exit 75  # late, and nothing else
grep -q '^kernel tests: 0' "$output"
