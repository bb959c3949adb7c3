# A day of the service, which takes half a minute in virtual time.
hour_after_hour() {  # but for the first report, which is due when the service starts
    bench_lines | awk '
        $2 == "uplink" && reports++ { if (reports > 2 && ($1 - last < 3599.9 || $1 - last > 3600.1)) strays++; last = $1 }
        END { exit strays || reports != 25 }'
}
wake_at_most() {  # wake_at_most TIMES BEFORE THREAD
    [ $(($(wake_ups "$3") - $2)) -le "$1" ]
}
arrived() {  # arrived JSON: what the last payload says
    "$P1LORA_PROGRAM" payload decode --config /run/p1lora.toml --port 1 \
        "$(bench_lines | sed -n 's/.* port 1 payload //p' | tail -n 1)" | grep -qF "$1"
}

configure "$wired
dio1_line = 1" "$pulse" 1h 4
forget
begin
holds "the device joins" until_true 120 said "joined, address"
# A point of the grid within an eighth of the hour after the first report is left out: the second may take 67 minutes.
for _ in $(seq 70); do
    sleep 60
    bench_said "uplink 1 " && break
done
holds "a second report comes" bench_said "uplink 1 "
sleep 10
# Between two reports: what counts pulses looks each 10 s, and whoever sleeps is asked each 15 s whether he is well. The
# library of tasks looks after its threads each second.
declare -A before
for thread in radio meters pulses status; do before[$thread]=$(wake_ups "p1lora-$thread"); done
all=$(wake_ups)
sleep 3000
for thread in radio meters pulses; do
    holds "the thread of the $thread wakes up when it has to" wake_at_most 505 "${before[$thread]}" "p1lora-$thread"
done
holds "and so does that of the status" wake_at_most 205 "${before[status]}" p1lora-status
holds "and nothing else does more than once a second" wake_at_most $((3 * 505 + 205 + 3005)) "$all" '*'
for _ in $(seq 22); do
    pulses 3
    sleep 3600
done
sleep 2400
holds "a report arrives each hour for a day" hour_after_hour
holds "with all pulses" arrived '"import_kwh":100.066'
holds "each first window was on time" each_within 995000 995050 'RX1 opens \(9[0-9]*\) us.*'
holds "and each second one" each_within 1995000 1995050 'RX2 opens \([0-9]*\) us.*'
holds "and all came by edges" each_within 0 50 'DIO[01] answered after \([0-9]*\) us'
holds "the service ends when told to" ends_within_two_seconds
