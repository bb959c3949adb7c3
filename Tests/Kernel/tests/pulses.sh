# Pulses on a line of the same chip, with no other meter; the power is cut in between.
configure "$wired" "$pulse" 15m 3
begin
holds "the pulse input opens" until_true 10 said "meter garage: line opened"
pulses 25
sleep 0.1
kill -KILL $process
wait $process 2> /dev/null
configure "type = 'simulated'" "$pulse" 15m 3
begin
holds "every pulse before the power cut is counted once" \
    until_true 30 said '"meter":"garage","import_kwh":100.025'
holds "the service ends when told to" ends_within_two_seconds
