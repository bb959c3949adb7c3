# The radio, by the kernel's edges and time stamps.
configure "$wired
select_line = 3"
tell smarty
forget
begin
holds "the radio starts, the header's chip found by its label" until_true 10 said "radio ready"
holds "a chip select by GPIO rests high" eval '[ "$(cat "$lines/sim_gpio3/value")" = 1 ]'
holds "its reset line was pulled low for a moment" bench_said "NRESET low for [0-9]* us"
holds "the device joins in RX1" until_true 30 said "joined, address"
holds "the first window opened 5 s after the frame's end, less 5 ms" \
    each_within 4995000 4995050 'RX1 opens \([0-9]*\) us.*'
holds "the readings go out" until_true 20 said "readings of meter main"
holds "and arrive" until_true 10 bench_said "uplink 0 port 1 payload"
holds "the ends of frames came by edges" each_within 0 50 'DIO0 answered after \([0-9]*\) us'
tell downlink 8140
holds "a downlink reaches the bridge in RX1 by the kernel's time stamp" until_true 40 said "downlink on port 2, 2 bytes: 8140"
holds "and its end came by an edge, too" each_within 0 50 'DIO0 answered after \([0-9]*\) us'
holds "the service ends when told to" ends_within_two_seconds
tell unplug
