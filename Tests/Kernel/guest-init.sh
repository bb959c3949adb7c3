#!/bin/sh
# The guest's first process: makes the devices, runs the smoke test as root, and switches the guest off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev 2> /dev/null   # mounted already where the kernel does it
mount -t tmpfs none /run
mount -t tmpfs none /var/tmp
mount -t configfs none /sys/kernel/config
mkdir /run/chip

# A chip of eight lines: 0 is DIO0, 2 is NRESET with the module's pull-up.
chip=/sys/kernel/config/gpio-sim/radio
mkdir -p $chip/bank
echo 8 > $chip/bank/num_lines
echo p1lora-test > $chip/bank/label
echo 1 > $chip/live
name=$(cat $chip/bank/chip_name)
lines=/sys/devices/platform/$(cat $chip/dev_name)/$name
echo pull-up > $lines/sim_gpio2/pull
"$P1LORA_CACHE/spidev-sx1276" /dev/$name $lines &

P1LORA_CHIP=/dev/$name P1LORA_LINES=$lines /bin/bash "$P1LORA_TESTS/smoke.sh"
echo "smoke test: $?"
poweroff -f > /dev/null 2>&1
