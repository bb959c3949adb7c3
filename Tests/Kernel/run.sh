#!/bin/bash
# Runs p1lora on real kernel interfaces: run.sh [FOLDER OF THE BUILT PROGRAMS] [SUBJECTS [KERNEL ARGUMENTS]]
# P1LORA_SEED=n: other random numbers in the guest, for the kernel mixes its command line into them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$(realpath "${1:-$here/../../.build/debug}")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/p1lora-kernel
"$here/build-kernel.sh" "$cache"
cc -std=gnu17 -O2 -Wall -Wextra -o "$cache/spidev" "$here/spidev.c" $(pkg-config --cflags --libs fuse3) -pthread
cc -std=gnu17 -O2 -Wall -Wextra -o "$cache/usb-serial" "$here/usb-serial.c" -pthread
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

guest() {  # guest SUBJECTS [KERNEL ARGUMENTS...]: runs them in a guest of their own, and leaves what it said in $work/said
    # What is not known to the kernel on its command line becomes the environment of the first process.
    timeout 400 "$cache/linux" mem=512M root=/dev/root rootfstype=hostfs hostfs=/ ro init="$here/guest-init.sh" quiet \
        con=null con0=fd:0,fd:1 P1LORA_TESTS="$here" P1LORA_CACHE="$cache" P1LORA_PROGRAM="$programs/p1lora" \
        P1LORA_BENCH="$programs/KernelBench" P1LORA_SUBJECTS="$1" P1LORA_SEED="${P1LORA_SEED:-1}" "${@:2}" < /dev/null 2>&1 | tee "$work/said" | grep -a --line-buffered -v '^time ' || true
    grep -qaE '^(ok|NOT OK)' "$work/said" || {
        echo "SKIPPED: the guest's kernel does not start on this machine (/dev/shm has to let programs run)"
        exit 77
    }
    grep -qa '^kernel tests:' "$work/said" ||
        echo "NOT OK  the guest comes to an end: in virtual time a thread that never sleeps stops the clock"
    grep -qa '^kernel tests: 0' "$work/said"
}

# Time passes when all sleep, and only then; it begins on the same day.
virtual=(time-travel=inf-cpu time-travel-start=1793520000000000000)
if [ $# -gt 1 ]; then
    guest "$2" ${3-"${virtual[@]}"}
    exit
fi
failed=0
echo "== in virtual time"
guest devices,meters,doctor,module,pulses,day "${virtual[@]}" || failed=1
echo "== the times of the radio, in virtual time"
guest radio,windows,sx126x "${virtual[@]}" || failed=1
mv "$work/said" "$work/before"
echo "== the same again"
guest radio,windows,sx126x "${virtual[@]}" > "$work/again" || failed=1
if cmp -s "$work/before" "$work/said"; then
    echo "ok      each thing happens at the same microsecond"
else
    echo "NOT OK  each thing happens at the same microsecond"
    diff "$work/before" "$work/said" | head
    failed=1
fi
echo "== in real time"
guest real-time || failed=1
exit "$failed"
