# An RN2483 on the adapter: automatic speed by a break of the real line.
configure 'type = "rn2483"
device = "/dev/ttyUSB0"' "$plain" 10s 2
tell module
until_true 10 eval '[ -c /dev/ttyUSB0 ]'
holds "doctor wakes a module by a break, and it tells what it is" eval 'doctor && said "RN2483 1.0.5 answers"'
holds "the line was set to 57600 8N1" bench_said "line set to 57600 8N1"
holds "and held low for a moment" eval 'bench_said "break begins" && bench_said "break ends"'
forget
begin
holds "the module joins" until_true 40 said "joined, address"
holds "and its uplink arrives" until_true 30 bench_said "uplink 0 port 1 payload"
tell unplug
holds "a module that is pulled out is noticed" until_true 20 said "radio: "
tell module
holds "and goes on when it is plugged in again" until_true 60 bench_said "uplink [1-9]* port 1 payload"
holds "the service ends when told to" ends_within_two_seconds
tell unplug
