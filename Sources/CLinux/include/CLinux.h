#ifndef P1LORA_CLINUX_H
#define P1LORA_CLINUX_H

// What Swift's importer can't see: ioctl numbers made by function-like macros, and structs behind them.

#include <stddef.h>
#include <stdint.h>

// Sets an spidev descriptor to `mode`, 8 bits a word, at most `speed` hertz. Returns 0, or -1 with errno set.
int p1lora_spi_configure(int descriptor, uint8_t mode, uint32_t speed);

// One full-duplex transfer under one chip select. Returns 0, or -1 with errno set.
int p1lora_spi_transfer(int descriptor, const uint8_t *output, uint8_t *input, size_t count, uint32_t speed);

#endif
