#!/bin/bash
# The tests, run in the guest as root. Each line of their output is one thing that holds, or does not.
tests=$P1LORA_TESTS chip=$P1LORA_CHIP lines=$P1LORA_LINES
failures=0 late=0

holds() {  # holds WHAT COMMAND...
    local what=$1
    shift
    if "$@"; then
        echo "ok      $what"
    else
        echo "NOT OK  $what"
        failures=$((failures + 1))
        tail -n 12 /run/output | cut -c 1-400 | sed 's/^/        p1lora: /'
        tail -n 8 /run/chip/log | sed 's/^/        bench:  /'
    fi
}
holds_in_time() {  # the same of what also depends on how busy the machine is
    local before=$failures
    holds "$@"
    late=$((late + failures - before))
}
said() { grep -qF -- "$1" /run/output; }
bench_said() { tail -n "+${mark:-1}" /run/chip/log | grep -q -- "$1"; }  # since the last forget
forget() { mark=$(($(wc -l < /run/chip/log) + 1)); }
until_true() {  # until_true SECONDS COMMAND...
    local tenths=$(($1 * 10))
    shift
    while ! "$@"; do
        [ $((tenths -= 1)) -gt 0 ] || return 1
        sleep 0.1
    done
}
tell() {  # tell WORDS...: what the simulators are to do
    forget
    echo "$*" >&5 || return
    until_true 5 bench_said "^did $*"
}

configure() {  # configure RADIO [METER]: the lines of [radio], and those of the meter if it is not the smarty
    cat > /run/p1lora.toml << END
[[meter]]
name = "main"
input = "/dev/ttyUSB0"
${2:-$smarty}
[lorawan]
region = "EU868"
join_eui = "0000000000000001"
dev_eui = "70B3D57ED0000001"
app_key = "2B7E151628AED2A6ABF7158809CF4F3C"
daily_airtime = "off"
[radio]
$1
[[report]]
every = "10s"
fields = ["1-0:1.8.0"]
[state]
path = "/run/state.db"
END
    chmod 600 /run/p1lora.toml
}
smarty='key = "00112233445566778899AABBCCDDEEFF"'
wired='reset_line = 2
dio0_line = 0'

begin() {
    "$P1LORA_PROGRAM" run --config /run/p1lora.toml --log-level debug > /run/output 2>&1 &
    process=$!
}
doctor() { "$P1LORA_PROGRAM" doctor --config /run/p1lora.toml "$@" > /run/output 2>&1; }
ends_within_two_seconds() {
    kill -TERM $process
    until_true 2 eval "! kill -0 $process 2> /dev/null" && wait $process
}
refuses() {  # refuses TEXT: ends by itself, with status 1 and this text
    begin
    until_true 10 eval "! kill -0 $process 2> /dev/null" || { kill -KILL $process; return 1; }
    wait $process
    [ $? -eq 1 ] && said "$1"
}
rests() {  # takes less than a tenth of the processor for three seconds
    local before after
    before=$(awk '{ print $14 + $15 }' /proc/$process/stat)
    sleep 3
    after=$(awk '{ print $14 + $15 }' /proc/$process/stat)
    [ $((after - before)) -lt 30 ]
}

mkfifo /run/chip/control
"$P1LORA_BENCH" "$chip" "$lines" "$P1LORA_CACHE/spidev" "$P1LORA_CACHE/usb-serial" < /run/chip/control \
    >> /run/chip/log 2>&1 &
exec 5> /run/chip/control
: > /run/output
holds "the simulators are there" until_true 10 eval '[ -c /dev/spidev0.0 ] && bench_said "^ready"'

for subject in ${P1LORA_SUBJECTS//,/ }; do
    # What follows from one thing that is wrong is not worth waiting for.
    [ $failures -lt 6 ] && . "$tests/tests/$subject.sh"
done
grep VIOLATION /run/chip/log
# 75: all that did not hold may have been late only.
[ $failures -gt 0 ] && [ $failures -eq $late ] && exit 75
exit $failures
