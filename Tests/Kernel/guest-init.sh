#!/bin/sh
# The guest's first process: makes the devices, runs the tests as root, and switches the guest off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev 2> /dev/null   # mounted already where the kernel does it
mount -t tmpfs none /run
mount -t tmpfs none /var/tmp
mount -t configfs none /sys/kernel/config
mkdir /run/chip

# The first chip is another one, so that it can be told that no number is relied on. The second is the header's, by its
# label as on a Raspberry Pi 5; of its eight lines 0 is DIO0, 1 is DIO1, and 2 is NRESET with the module's pull-up.
sim=/sys/kernel/config/gpio-sim
mkdir -p $sim/other/bank $sim/header/bank
echo 1 > $sim/other/live
echo 8 > $sim/header/bank/num_lines
echo pinctrl-rp1 > $sim/header/bank/label
echo 1 > $sim/header/live
name=$(cat $sim/header/bank/chip_name)
lines=/sys/devices/platform/$(cat $sim/header/dev_name)/$name
echo pull-up > $lines/sim_gpio2/pull

P1LORA_CHIP=/dev/$name P1LORA_LINES=$lines /bin/bash "$P1LORA_TESTS/tests.sh"
echo "kernel tests: $?"
poweroff -f > /dev/null 2>&1
