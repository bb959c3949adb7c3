// /dev/spidev0.0 through CUSE: what the kernel is asked to shift goes to a simulated chip, and its answer comes back.
// usage: spidev GPIOCHIP RESET_LINE
// On standard output, requests: a letter, the count of bytes (two, little-endian), the bytes. "T" transfers them while
// the chip is selected, and their answer comes on standard input; "R" tells the level of NRESET (0, or 1 for floating) and
// since when, in nanoseconds of the kernel's clock (eight bytes).
#define _GNU_SOURCE
#define FUSE_USE_VERSION 31
#include <cuse_lowlevel.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <linux/spi/spidev.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int watch;  // the chip, whose line of NRESET is watched

static void put(char kind, const unsigned char *bytes, unsigned count) {
    unsigned char head[3] = {(unsigned char)kind, (unsigned char)count, (unsigned char)(count >> 8)};
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, count}};
    if (writev(1, parts, 2) != (ssize_t)(count + sizeof head)) exit(1);
}

// The level of NRESET can't be waited for, but its direction can: the driver pulls it low, then lets it float.
static void tell_resets(void) {
    struct gpio_v2_line_info_changed change;
    while (read(watch, &change, sizeof change) == sizeof change) {
        if (change.event_type != GPIO_V2_LINE_CHANGED_CONFIG) continue;
        unsigned char told[9] = {!(change.info.flags & GPIO_V2_LINE_FLAG_OUTPUT)};
        memcpy(told + 1, &change.timestamp_ns, 8);
        put('R', told, sizeof told);
    }
}

static void *watch_reset(void *unused) {
    struct pollfd waiting = {.fd = watch, .events = POLLIN};
    while (poll(&waiting, 1, -1) > 0) {
        pthread_mutex_lock(&lock);
        tell_resets();
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

static void transfer(const unsigned char *sent, unsigned char *received, unsigned count) {
    pthread_mutex_lock(&lock);
    // What happened before is told before.
    tell_resets();
    put('T', sent, count);
    for (unsigned have = 0; have < count;) {
        ssize_t more = read(0, received + have, count - have);
        if (more <= 0) exit(1);
        have += (unsigned)more;
    }
    pthread_mutex_unlock(&lock);
}

static void serve_open(fuse_req_t request, struct fuse_file_info *file) { fuse_reply_open(request, file); }

// CUSE asks twice: first with nothing, then, told which memory of the caller is meant, with what that holds.
static void serve_ioctl(fuse_req_t request, int command, void *argument, struct fuse_file_info *file, unsigned flags,
                        const void *input, size_t in_size, size_t out_size) {
    (void)file, (void)flags;
    if (_IOC_TYPE((unsigned)command) != SPI_IOC_MAGIC || !(_IOC_DIR((unsigned)command) & _IOC_WRITE)) {
        fuse_reply_err(request, ENOTTY);
        return;
    }
    struct iovec in[2] = {{argument, _IOC_SIZE((unsigned)command)}};
    if (in_size == 0) {
        fuse_reply_ioctl_retry(request, in, 1, NULL, 0);
    } else if ((unsigned)command != SPI_IOC_MESSAGE(1)) {
        fuse_reply_ioctl(request, 0, NULL, 0);
    } else {
        const struct spi_ioc_transfer *wanted = input;
        if (out_size != wanted->len) {
            in[1] = (struct iovec){(void *)(uintptr_t)wanted->tx_buf, wanted->len};
            struct iovec out = {(void *)(uintptr_t)wanted->rx_buf, wanted->len};
            fuse_reply_ioctl_retry(request, in, 2, &out, 1);
            return;
        }
        unsigned char received[4096];
        if (wanted->len > sizeof received) {
            fuse_reply_err(request, EMSGSIZE);
            return;
        }
        transfer((const unsigned char *)(wanted + 1), received, wanted->len);
        fuse_reply_ioctl(request, (int)wanted->len, received, wanted->len);
    }
}

static void ready(void *unused) {
    (void)unused;
    pthread_t thread;
    pthread_create(&thread, NULL, watch_reset, NULL);
}

int main(int count, char **arguments) {
    if (count != 3) return 64;
    struct gpio_v2_line_info reset = {.offset = (unsigned)atoi(arguments[2])};
    watch = open(arguments[1], O_RDWR | O_NONBLOCK);
    if (watch < 0 || ioctl(watch, GPIO_V2_GET_LINEINFO_WATCH_IOCTL, &reset) < 0) return 1;
    const char *name[] = {"DEVNAME=spidev0.0"};
    struct cuse_info device = {.dev_info_argc = 1, .dev_info_argv = name, .flags = CUSE_UNRESTRICTED_IOCTL};
    struct cuse_lowlevel_ops operations = {.init_done = ready, .open = serve_open, .ioctl = serve_ioctl};
    char *options[] = {arguments[0], "-f", "-s", NULL};
    return cuse_lowlevel_main(3, options, &device, &operations, NULL);
}
