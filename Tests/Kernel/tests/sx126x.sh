# An SX1262 on the same bus: DIO1 at line 0, BUSY at line 1.
sx1262='type = "sx126x"
reset_line = 2
busy_line = 1
dio1_line = 0'
answered='answered after \([0-9]*\) us'
windows_last() {
    bench_lines | awk '
        / RX[12] opens / { sub("SF", "", $13); expected = 62 + $10 * 8 * 2 ^ $13 }
        / RX[12] ends empty / { ended++; if ($6 != expected) strays++ }
        END { exit strays || !ended }'
}

tell sx1262
configure "$sx1262" "$plain"
holds "doctor finds an SX1262, resets it and sends" doctor --transmit
holds "and its DIO1 rises" said "line 0 rises when the chip says so"
configure "${sx1262/busy_line = 1/busy_line = 4}" "$plain"
# It is told so by asking for what BUSY shows a second time.
forgiven='a command while BUSY is high: 0x89'
holds "a BUSY that is wired to another line is found" eval '! doctor && said "BUSY line stays low"'
configure "${sx1262/dio1_line = 0/dio1_line = 4}" "$plain"
holds "and so is a DIO1 that never rises" eval '! doctor && said "line 4 did not rise"'
configure "$sx1262
tcxo = 'none'" "$plain"
holds "and a TCXO that gets no voltage" eval '! doctor && said "set tcxo = 1.8"'
tell bus FF
configure "$sx1262" "$plain"
holds "where no chip answers, a UART modem is thought of" eval '! doctor && said "this board is a UART modem"'
tell bus well
# Whose PaConfig is another's nobody can tell from the answers but by the name of the part.
configure "$sx1262
part = 'sx1268'" "$plain"
holds "and another part than configured is refused" eval '! doctor && said "correct part"'

configure "$sx1262" "$plain" 10s 2
forget
begin
holds "the radio starts" until_true 10 said "radio ready"
holds "its reset line was pulled low for a moment" bench_said "NRESET low for [0-9]* us"
holds "the device joins in RX1" until_true 30 said "joined, address"
holds "which opened 5 s after the frame's end, less 5 ms" each_within 4995000 4995050 'RX1 opens \([0-9]*\) us.*'
holds "an uplink arrives" until_true 20 bench_said "uplink [0-9]* port 1 payload"
until_true 30 bench_said "RX2 ends empty"
forget
sleep 30
holds "RX1 opens a second after each frame's end by the kernel's time stamp, less 5 ms" \
    each_within 995000 995050 'RX1 opens \([0-9]*\) us.*'
holds "and RX2 another second later" each_within 1995000 1995050 'RX2 opens \([0-9]*\) us.*'
holds "an empty window lasts as many symbols as it was planned for, and 62 us for the chip to start" windows_last
holds "and all came by edges of DIO1" each_within 0 50 "DIO1 $answered"
tell downlink 8140
holds "a downlink is heard in RX1" until_true 40 said "downlink on port 2, 2 bytes: 8140"
# It hangs while a frame is prepared or on the air.
until_true 30 bench_said "frame begins"
tell hang
holds "a BUSY that stays high is told of" until_true 60 said "BUSY line has been high"
holds "and the chip is reset" until_true 10 bench_said "NRESET low for [0-9]* us"
forget
holds "and sends again" until_true 120 bench_said "uplink [0-9]* port 1 payload"
holds "the service ends when told to" ends_within_two_seconds

configure "$sx1262" "$plain" 10s 2
sed -i 's/^region = /class = "C"\nregion = /' /run/p1lora.toml
forget
begin
holds "of class C it listens on between the windows" until_true 120 bench_said "listens with SF12"
sleep 5
tell call 8141
holds "a downlink comes without an uplink" until_true 20 said "downlink on port 2, 2 bytes: 8141"
forget
sleep 30
holds "its windows open on time, too" each_within 995000 995050 'RX1 opens \([0-9]*\) us.*'
holds "the service ends when told to" ends_within_two_seconds
