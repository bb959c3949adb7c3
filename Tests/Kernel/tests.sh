#!/bin/bash
# The tests, run in the guest as root. Each line of their output is one thing that holds, or does not.
tests=$P1LORA_TESTS chip=$P1LORA_CHIP lines=$P1LORA_LINES
failures=0

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
said() { grep -qF -- "$1" /run/output; }
bench_lines() { tail -n "+${mark:-1}" /run/chip/log; }  # since the last forget: seconds of the kernel's clock, and what
bench_said() { ! sed -n "${mark:-1},\$ { \\|${1/#^/^[0-9.]* }|q1 }" /run/chip/log; }
each_within() {  # each_within LOW HIGH PATTERN: there are such lines, and what PATTERN has in brackets is a number in between
    bench_lines | sed -n "s/^[0-9.]* $3\$/\\1/p" | awk -v low="$1" -v high="$2" '
        $1 < low || $1 > high { strays++ }
        END { exit strays || NR == 0 }'
}
forget() { mark=$(($(wc -l < /run/chip/log) + 1)); }
until_true() {  # until_true SECONDS COMMAND...
    local tenths=$(($1 * 10))
    shift
    while ! "$@"; do
        [ $((tenths -= 1)) -gt 0 ] || return 1
        read -rt 0.1 <&6 || true  # a sleep that starts no program
    done
}
tell() {  # tell WORDS...: what the simulators are to do
    forget
    echo "$*" >&5 || return
    until_true 5 bench_said "^did $*"
}

smarty='[[meter]]
name = "main"
input = "/dev/ttyUSB0"
key = "404142434445464748494A4B4C4D4E4F"'
dsmr22='[[meter]]
name = "main"
input = "/dev/ttyUSB0"
baud = 9600
framing = "7E1"'
plain='[[meter]]
name = "main"
input = "/run/telegram"'
pulse="[[pulse]]
name = 'garage'
gpio_chip = '$chip'
line = 5
per_unit = 1000
start = 100"
wired='reset_line = 2
dio0_line = 0'
configure() {  # configure RADIO [METER [EVERY [DEVICE]]]: [radio], the meter, how often a report is due, of 4 devices
    cat > /run/p1lora.toml << END
${2:-$smarty}
[lorawan]
region = "EU868"
join_eui = "0000000000000001"
dev_eui = "70B3D57ED000100${4:-1}"
app_key = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
daily_airtime = "off"
[radio]
$1
[[report]]
every = "${3:-10s}"
fields = ["1-0:1.8.0"]
[state]
path = "/run/device${4:-1}.db"
END
    chmod 600 /run/p1lora.toml
}

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
rests() {  # rests [COMMAND...]: during this and three seconds more takes less than a tenth of the processor, and is asleep most of the time
    local before after asleep
    asleep=$(wake_ups)
    before=$(awk '{ print $14 + $15 }' /proc/$process/stat)
    "$@"
    sleep 3
    after=$(awk '{ print $14 + $15 }' /proc/$process/stat)
    [ $((after - before)) -lt 30 ] && [ $(($(wake_ups) - asleep)) -lt 500 ]
}
wake_ups() {  # wake_ups [THREAD]: how often the service's threads, or this one, went to sleep so far
    local task
    for task in "/proc/$process/task"/*; do
        [[ "$(cat "$task/comm")" == ${1:-*} ]] && cat "$task/status"
    done | awk '/^voluntary_ctxt_switches/ { count += $2 } END { print count + 0 }'
}

pulses() {  # pulses COUNT: the line is pulled to ground for 40 ms each time, with a bounce of the contact
    for _ in $(seq "$1"); do
        for level in pull-down pull-up pull-down; do echo $level > "$lines/sim_gpio5/pull"; done
        sleep 0.04
        echo pull-up > "$lines/sim_gpio5/pull"
        sleep 0.04
    done
}

mkfifo /run/chip/control /run/chip/silence
exec 6<> /run/chip/silence
"$P1LORA_BENCH" "$chip" "$lines" "$P1LORA_CACHE/spidev" "$P1LORA_CACHE/usb-serial" < /run/chip/control \
    >> /run/chip/log 2>&1 &
exec 5> /run/chip/control
: > /run/output
holds "the simulators are there" until_true 10 eval '[ -c /dev/spidev0.0 ] && bench_said "^ready"'

for subject in ${P1LORA_SUBJECTS//,/ }; do
    # What follows from one thing that is wrong is not worth waiting for.
    [ $failures -lt 6 ] && . "$tests/tests/$subject.sh"
done
holds "the chip was used as its datasheet says" eval '! grep -a VIOLATION /run/chip/log | grep -v "${forgiven:-^$}"'
sed 's/^/time /' /run/chip/log
exit $failures
