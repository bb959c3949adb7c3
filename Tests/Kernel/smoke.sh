#!/bin/bash
# The smoke test, run in the guest as root. Each line of its output is one thing that holds, or does not.
tests=$P1LORA_TESTS chip=$P1LORA_CHIP lines=$P1LORA_LINES
failures=0

holds() {  # holds WHAT COMMAND...
    local what=$1
    shift
    if "$@"; then echo "ok      $what"; else echo "NOT OK  $what"; failures=$((failures + 1)); fi
}
said() { grep -qF -- "$1" /run/output; }
chip_said() { grep -q -- "$1" /run/chip/log; }
until_true() {  # until_true SECONDS COMMAND...
    local tenths=$(($1 * 10))
    shift
    while ! "$@"; do
        [ $((tenths -= 1)) -gt 0 ] || return 1
        sleep 0.1
    done
}

telegram() {  # a plain telegram: text up to the "!", and its CRC-16
    "$P1LORA_PYTHON" - << 'END' > /run/telegram
text = ("/Lux5\\000000000_D\r\n\r\n1-3:0.2.8(42)\r\n0-0:1.0.0(261122120000W)\r\n1-0:1.8.0(000025.653*kWh)\r\n"
        "1-0:2.8.0(000007.123*kWh)\r\n1-0:1.7.0(00.842*kW)\r\n!")
crc = 0
for byte in text.encode():
    crc ^= byte
    for _ in range(8):
        crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
print(f"{text}{crc:04X}", end="\r\n")
END
}

configure() {  # configure DEVICE CHIP RESET DIO0
    cat > /run/p1lora.toml << END
[[meter]]
name = "main"
input = "/run/telegram"
[lorawan]
region = "EU868"
join_eui = "0000000000000001"
dev_eui = "70B3D57ED0000001"
app_key = "2B7E151628AED2A6ABF7158809CF4F3C"
[radio]
type = "sx127x"
device = "$1"
gpio_chip = "$2"
reset_line = $3
dio0_line = $4
[[report]]
kind = "readings"
every = "15m"
fields = ["1-0:1.8.0", "1-0:2.8.0", "1-0:1.7.0"]
[state]
path = "/run/state.db"
END
    chmod 600 /run/p1lora.toml
}

begin() {
    "$P1LORA_PROGRAM" run --config /run/p1lora.toml --log-level debug > /run/output 2>&1 &
    process=$!
}
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
taken_by_edge() {  # the look at the flags that needs no edge comes 20 ms after a frame's end by calculation
    local taken
    taken=$(sed -n 's/.*TxDone taken after \([0-9]*\)\..*/\1/p' /run/chip/log)
    [ -n "$taken" ] && for milliseconds in $taken; do [ "$milliseconds" -lt 10 ] || return 1; done
}
first_window_is_on_time() {  # 5 s after the join-request's end, less the 30 ms of margin, and what the kernel adds
    local after
    after=$(sed -n 's/.*RX .* \([0-9]*\)\.[0-9] ms after TxDone/\1/p' /run/chip/log | head -1)
    [ -n "$after" ] && [ "$after" -ge 4965 ] && [ "$after" -le 5000 ]
}

telegram
until_true 5 eval '[ -c /dev/spidev0.0 ] && grep -q ready /run/chip/log'
sleep 0.2

configure /dev/spidev9.0 "$chip" 2 0
holds "a missing SPI device is refused" refuses "switch SPI on"
configure /dev/null "$chip" 2 0
holds "a device that is no SPI device is refused" refuses "this is no SPI device"
configure /dev/spidev0.0 /dev/gpiochip9 2 0
holds "a missing GPIO chip is refused" refuses "there is no such GPIO chip"
configure /dev/spidev0.0 "$chip" 42 0
holds "a line that the chip has not is refused" refuses "its lines are 0 to 7"
configure /dev/spidev0.0 "$chip" 2 2
holds "a line that is taken is refused" refuses "gpioinfo shows by whom"

configure /dev/spidev0.0 p1lora-test 2 0
for level in 00 FF; do
    printf "\\x$level" > /run/chip/fault
    begin
    holds "a bus that reads 0x$level is explained" until_true 10 said "reads 0x$level, 0x12 is wanted"
    holds "and tried again at rest" rests
    holds "and the service ends when told to" ends_within_two_seconds
done
rm /run/chip/fault

"$P1LORA_PYTHON" "$tests/network.py" accept /run/chip/downlink
: > /run/chip/log
begin
holds "the radio starts, its chip named by label" until_true 10 said "radio ready"
holds "its reset line was pulled low for a moment" chip_said "RESET low for [0-9]* us"
holds "the device joins" until_true 30 said "joined, address 26011234"
holds "the first window opened on time" first_window_is_on_time
holds "the readings go out" until_true 20 said "readings of meter main"
holds "both windows of the uplink open" until_true 10 eval '[ $(grep -c RxTimeout /run/chip/log) -eq 2 ]'
holds "the ends of the frames came by edges" taken_by_edge
sleep 0.5
for level in pull-up pull-down pull-up pull-down; do
    echo $level > "$lines/sim_gpio0/pull"
    sleep 0.02
done
holds "edges that nobody waits for cost nothing" rests
holds "the service ends when told to" ends_within_two_seconds
"$P1LORA_PYTHON" "$tests/network.py" check /run/chip/log > /run/frames
holds "the join-request is valid" grep -q "^join-request valid" /run/frames
holds "the uplink is valid" grep -q "^uplink valid counter 0 port 01 payload" /run/frames

# Pulses on a line of the same chip, with no other meter; the power is cut in between.
configure_pulses() {  # configure_pulses RADIO
    cat > /run/p1lora.toml << END
[[pulse]]
name = "garage"
gpio_chip = "$chip"
line = 5
per_unit = 1000
start = 100
[lorawan]
join_eui = "0000000000000001"
dev_eui = "70B3D57ED0000002"
app_key = "2B7E151628AED2A6ABF7158809CF4F3C"
[radio]
$1
[[report]]
fields = ["1-0:1.8.0"]
[state]
path = "/run/pulses.db"
END
}
pulses() {  # pulses COUNT: the line is pulled to ground for 40 ms each time, with a bounce of the contact
    for _ in $(seq "$1"); do
        for level in pull-down pull-up pull-down; do echo $level > "$lines/sim_gpio5/pull"; done
        sleep 0.04
        echo pull-up > "$lines/sim_gpio5/pull"
        sleep 0.04
    done
}
configure_pulses "type = 'sx127x'
gpio_chip = '$chip'
reset_line = 2
dio0_line = 0"
begin
holds "the pulse input opens" until_true 10 said "meter garage: line opened"
pulses 25
sleep 0.1
kill -KILL $process
wait $process 2> /dev/null
configure_pulses "type = 'simulated'"
begin
holds "every pulse before the power cut is counted once" \
    until_true 30 said '"meter":"garage","import_kwh":100.025'
holds "the service ends when told to" ends_within_two_seconds

if [ $failures -gt 0 ]; then
    echo "--- the last output of p1lora"
    tail -30 /run/output
    echo "--- the chip"
    tail -30 /run/chip/log
    cat /run/frames
fi
exit $failures
