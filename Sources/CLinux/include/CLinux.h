#ifndef P1LORA_CLINUX_H
#define P1LORA_CLINUX_H

// What Swift's importer can't see: ioctl numbers made by function-like macros, and structs behind them.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Sets an spidev descriptor to mode 0, 8 bits a word, at most `speed` hertz. `own_select`: the controller's own chip
// select is the device's. Returns 0, or -1 with errno set.
int p1lora_spi_configure(int descriptor, bool own_select, uint32_t speed);

// One full-duplex transfer under one chip select. Returns 0, or -1 with errno set.
int p1lora_spi_transfer(int descriptor, const uint8_t *output, uint8_t *input, size_t count, uint32_t speed);

// An eventfd that never blocks, or -1 with errno set.
int p1lora_wakeup_create(void);

// A timer on CLOCK_MONOTONIC that polls readable once its time has come, or -1 with errno set.
int p1lora_timer_create(void);

// Sets it to an absolute time; it is not readable before. Returns 0, or -1 with errno set.
int p1lora_timer_set(int timer, int64_t nanoseconds);

// Gives the calling thread, and none that it starts, the scheduling class SCHED_FIFO. False where that is not permitted.
bool p1lora_become_realtime(int priority);

// Whether the calling thread has it.
bool p1lora_is_realtime(void);

// Keeps the process's memory from being paged out, as far as it is used. False where that is not permitted.
bool p1lora_lock_memory(void);

// Where root acts as another user (seteuid), gives the calling thread back what real-time work and root's devices need.
void p1lora_raise_capabilities(void);

// Starts a detached thread, with those capabilities. 0, or an error number.
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
