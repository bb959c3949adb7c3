# The same in real time, where work takes time and the machine may be busy: that things happen, and what they cost.
configure "$wired
dio1_line = 1"
tell "bus FF"
begin
holds "a bus that reads 0xFF is explained" until_true 60 said "reads 0xFF, 0x12 is wanted"
holds "and tried again at rest" rests
kill -TERM $process
holds "the service ends" wait $process
tell "bus well"
tell smarty
forget
begin
holds "the device joins" until_true 120 said "joined, address"
holds "readings arrive" until_true 60 bench_said "uplink [0-9]* port 1 payload"
holds "empty windows end" until_true 60 bench_said "DIO1 answered"
holds "telegrams come" until_true 60 said "meter main: telegram"
holds "a service that waits takes no processor time" rests
touch_dio0() {
    for level in pull-up pull-down pull-up pull-down; do
        echo $level > "$lines/sim_gpio0/pull"
        sleep 0.02
    done
}
# The next frame, which takes the edges away, is seconds off.
forget
until_true 60 bench_said "RX2 ends empty"
holds "edges that nobody waits for cost nothing" rests touch_dio0
kill -TERM $process
holds "the service ends" wait $process
