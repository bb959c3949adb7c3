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
configure_pulses "$wired"
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
