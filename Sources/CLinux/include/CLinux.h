#ifndef P1LORA_CLINUX_H
#define P1LORA_CLINUX_H

// What Swift's importer can't see: ioctl numbers made by function-like macros, and structs behind them.

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Sets an spidev descriptor to `mode`, 8 bits a word, at most `speed` hertz. Returns 0, or -1 with errno set.
int p1lora_spi_configure(int descriptor, uint8_t mode, uint32_t speed);

// One full-duplex transfer under one chip select. Returns 0, or -1 with errno set.
int p1lora_spi_transfer(int descriptor, const uint8_t *output, uint8_t *input, size_t count, uint32_t speed);

// An eventfd that never blocks, or -1 with errno set.
int p1lora_wakeup_create(void);

// ppoll for at most `nanoseconds`, for ever when that is negative. Its result, with errno set on -1.
int p1lora_poll(struct pollfd *polled, size_t count, int64_t nanoseconds);

// Starts a detached thread. 0, or an error number.
int p1lora_start_thread(void (*entry)(void *), void *context);

// Names the calling thread (15 characters at most).
void p1lora_name_thread(const char *name);

// Lets the calling thread's timers fire on time instead of up to 50 us later.
void p1lora_sharpen_timers(void);

// A pseudo-terminal in raw mode at 115200 Bd: both ends open, the name of the slave in `path`. 0, or -1 with errno set.
int p1lora_open_terminal(int *master, int *slave, char *path, size_t capacity);

// The next connection of a listening socket, one that never blocks, or -1 with errno set.
int p1lora_accept(int descriptor);

// Whether the kernel says that the date is kept in step with a time server (adjtimex).
bool p1lora_clock_is_synchronized(void);

#endif
