# Empty receive windows, with DIO1 and without: when they open, how long they last, and what ends them. In virtual time
# work takes no time, so all that is allowed for is that reading the clock takes a quarter of a microsecond.
windows_last() {  # preamble and margins of 5 ms before and 20 ms after, in symbols, and 120 us for the chip to start
    bench_lines | awk '
        / RX[12] opens / {
            sub("SF", "", $13)
            symbol = 8 * 2 ^ $13
            if ($10 != 6 + int((25000 + symbol - 1) / symbol)) strays++
            expected = 120 + $10 * symbol
        }
        / RX[12] ends empty / { ended++; if ($6 != expected) strays++ }
        END { exit strays || !ended }'
}
answered='answered after \([0-9]*\) us'

configure "$wired
dio1_line = 1" "$plain"
begin
until_true 30 said "joined, address"
until_true 30 bench_said "RX2 ends empty"
forget
sleep 30
holds "RX1 opens a second after each frame's end, less 5 ms" \
    each_within 995000 995050 'RX1 opens \([0-9]*\) us.*'
holds "and RX2 another second later" each_within 1995000 1995050 'RX2 opens \([0-9]*\) us.*'
holds "an empty window lasts as many symbols as it was planned for" windows_last
holds "and ends by the edge of DIO1" each_within 0 50 "DIO1 $answered"
holds "each frame's end came by an edge of DIO0" each_within 0 50 "DIO0 $answered"

# A service that gets no processor while the frame ends learns of it half a second late, and when it was all the same.
forget
until_true 20 bench_said "RX2 ends empty"
sleep 6
forget
for _ in $(seq 400); do
    bench_said "frame begins" && break
    read -rt 0.01 <&6  # the shortest frame takes 50 ms
done
kill -STOP $process
until_true 5 bench_said "^uplink"
sleep 0.4
kill -CONT $process
sleep 5
holds "a frame's end that is seen late" each_within 400000 600000 "DIO0 $answered"
holds "counts from the kernel's time stamp: RX1 is on time" \
    each_within 995000 995050 'RX1 opens \([0-9]*\) us.*'
holds "the service ends when told to" ends_within_two_seconds

configure "$wired" "$plain"
forget
begin
sleep 30
holds "without DIO1 the flags are looked at 1 ms after an empty window" each_within 1000 1050 "DIO1 $answered"
holds "the service ends when told to" ends_within_two_seconds

configure "reset_line = 2
dio0_line = 4
dio1_line = 5" "$plain"
forget
begin
until_true 30 bench_said "RX2 ends empty"
forget
sleep 30
holds "an edge of DIO1 that is lost is missed after 20 ms" each_within 20000 20050 "DIO1 $answered"
holds "and so is one of DIO0, after the end by calculation" each_within 19900 20050 "DIO0 $answered"
holds "the service ends when told to" ends_within_two_seconds
