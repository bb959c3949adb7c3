#include "CLinux.h"

#include <linux/spi/spidev.h>
#include <string.h>
#include <sys/ioctl.h>

int p1lora_spi_configure(int descriptor, bool own_select, uint32_t speed) {
    uint8_t mode = SPI_MODE_0, unselected = SPI_MODE_0 | SPI_NO_CS, bits = 8;
    // A controller that can't leave its own chip select alone pulses a pin that nothing is wired to.
    if (own_select || ioctl(descriptor, SPI_IOC_WR_MODE, &unselected) < 0) {
        if (ioctl(descriptor, SPI_IOC_WR_MODE, &mode) < 0) return -1;
    }
    if (ioctl(descriptor, SPI_IOC_WR_BITS_PER_WORD, &bits) < 0) return -1;
    if (ioctl(descriptor, SPI_IOC_WR_MAX_SPEED_HZ, &speed) < 0) return -1;
    return 0;
}

int p1lora_spi_transfer(int descriptor, const uint8_t *output, uint8_t *input, size_t count, uint32_t speed) {
    struct spi_ioc_transfer transfer;
    memset(&transfer, 0, sizeof transfer);
    transfer.tx_buf = (uintptr_t)output;
    transfer.rx_buf = (uintptr_t)input;
    transfer.len = (uint32_t)count;
    transfer.speed_hz = speed;
    transfer.bits_per_word = 8;
    return ioctl(descriptor, SPI_IOC_MESSAGE(1), &transfer) < 0 ? -1 : 0;
}
