# Devices that are missing, wrong or taken.
configure "device = '/dev/spidev9.0'"
holds "a missing SPI device is refused" refuses "switch SPI on"
configure "device = '/dev/null'
$wired"
holds "a device that is no SPI device is refused" refuses "this is no SPI device"
configure "gpio_chip = '/dev/gpiochip9'"
holds "a missing GPIO chip is refused" refuses "there is no such GPIO chip"
configure "reset_line = 42"
holds "a line that the chip has not is refused" refuses "its lines are 0 to 7"
configure "reset_line = 2
dio0_line = 2"
holds "a line that is taken is refused" refuses "gpioinfo shows by whom"

configure "$wired"
for level in 00 FF; do
    tell "bus $level"
    begin
    holds "a bus that reads 0x$level is explained" until_true 10 said "reads 0x$level, 0x12 is wanted"
    holds "and tried again at rest" rests
    holds "and the service ends when told to" ends_within_two_seconds
done
tell "bus well"
