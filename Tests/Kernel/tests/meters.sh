# The meter's line.
configure "$wired"
begin
holds "the line is set to 115200 8N1" eval 'tell smarty && until_true 10 bench_said "line set to 115200 8N1"'
: > /run/output
holds "telegrams come after the adapter was changed" until_true 15 said "meter main: telegram"
# Anew, for the log tells the same trouble once in ten minutes, and the adapter was changed before.
holds "the service ends when told to" ends_within_two_seconds
begin
holds "and reads the meter when it begins anew" until_true 15 said "meter main: first telegram"
tell cut 300
holds "an adapter that is pulled in the middle of a telegram is noticed" until_true 15 said "stopped before its end"
holds "and looked for again" until_true 10 said "next attempt in"
sleep 2
: > /run/output
tell smarty
holds "plugged in again, it is opened" until_true 20 said "meter main: line opened"
holds "and telegrams come" until_true 15 said "meter main: telegram"
holds "of which none is of the two halves" eval '! said "import_kwh\":0"'
holds "the service ends when told to" ends_within_two_seconds

configure "$wired" "$dsmr22"
tell dsmr22
begin
holds "an old meter's line is set to 9600 7E1" until_true 15 bench_said "line set to 9600 7E1"
holds "and its telegrams come" until_true 15 said "meter main: first telegram"
holds "the service ends when told to" ends_within_two_seconds
tell unplug
