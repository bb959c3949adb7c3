# The radio, by the kernel's edges and time stamps: the same chip as in the other tests, in real time.
taken_by_edge() {  # the look at the flags that needs no edge comes 20 ms after a frame's end by calculation
    local taken
    # on a machine that is busy with something else one may be late all the same
    taken=$(sed -n 's/^TxDone taken \([0-9]*\) ms.*/\1/p' /run/chip/log | sort -n | head -1)
    [ -n "$taken" ] && [ "$taken" -lt 12 ]
}
first_window_is_on_time() {  # 5 s after the join-request's end, less at most 250 ms, and never after it
    local after
    after=$(sed -n 's/^window opens \([0-9]*\) ms.*/\1/p' /run/chip/log | head -1)
    [ -n "$after" ] && [ "$after" -ge 4740 ] && [ "$after" -le 5001 ]
}

configure "$wired
select_line = 3"
tell smarty
forget
begin
holds "the radio starts, the header's chip found by its label" until_true 10 said "radio ready"
holds "a chip select by GPIO rests high" eval '[ "$(cat "$lines/sim_gpio3/value")" = 1 ]'
holds "its reset line was pulled low for a moment" bench_said "NRESET low for [0-9]* us"
holds "the device joins in RX1" until_true 30 said "joined, address"
holds_in_time "the first window opened on time" first_window_is_on_time
holds "the readings go out" until_true 20 said "readings of meter main"
holds "and arrive" until_true 10 bench_said "uplink 0 port 1 payload"
holds_in_time "the ends of the frames came by edges" taken_by_edge
tell downlink 8140
holds "a downlink reaches the bridge in RX1 by the kernel's time stamp" until_true 40 said "downlink on port 2, 2 bytes: 8140"
holds "the chip was used as its datasheet says" eval '! grep -q VIOLATION /run/chip/log'
for level in pull-up pull-down pull-up pull-down; do
    echo $level > "$lines/sim_gpio0/pull"
    sleep 0.02
done
holds "edges that nobody waits for cost nothing" rests
