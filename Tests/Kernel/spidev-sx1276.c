// The least of an SX1276 that a LoRaWAN device needs, served as /dev/spidev0.0 through CUSE.
// Every frame takes 50 ms and every window 20 ms.
// usage: spidev-sx1276 GPIOCHIP LINES
//   GPIOCHIP  the chip whose line 0 is DIO0 and line 2 NRESET, as a device file
//   LINES     the folder of gpio-sim's lines in sysfs
// In /run/chip: "log" tells what happened; the frame in "downlink" answers the next window and is then removed; while
// "fault" exists every byte on MISO is its first one.
#define _GNU_SOURCE
#define FUSE_USE_VERSION 31
#include <cuse_lowlevel.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <linux/spi/spidev.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#define FOLDER "/run/chip/"
enum { FIFO = 0, MODE = 1, POINTER = 0x0d, TX_BASE = 0x0e, RX_BASE = 0x0f, RX_START = 0x10, MASK = 0x11, FLAGS = 0x12,
       RX_COUNT = 0x13, MODEM2 = 0x1e, SYMBOLS = 0x1f, LENGTH = 0x22, MAPPING = 0x40, VERSION = 0x42 };
enum { RX_TIMEOUT = 0x80, RX_DONE = 0x40, TX_DONE = 0x08 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned char registers[128], fifo[256];
static unsigned char due_flag;  // raised at `due`; 0 when nothing is under way
static double due, done_at;
static int dio0 = -1, dio0_level = -1;
static FILE *record;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

#define say(...) (fprintf(record, "%.6f ", now()), fprintf(record, __VA_ARGS__), fputc('\n', record), fflush(record))

static void update_dio0(void) {
    unsigned char wanted = registers[MAPPING] >> 6 == 1 ? TX_DONE : RX_DONE;
    int level = (registers[FLAGS] & wanted) != 0;
    if (level == dio0_level) return;
    dio0_level = level;
    const char *pull = level ? "pull-up" : "pull-down";
    if (pwrite(dio0, pull, strlen(pull), 0) < 0) say("DIO0 can't be moved");
}

static void power_on(void) {
    memset(registers, 0, sizeof registers);
    registers[MODE] = 0x09, registers[VERSION] = 0x12;
    due_flag = 0;
    update_dio0();
}

static void enter(unsigned char mode) {
    registers[MODE] = mode;
    due_flag = 0;
    if (mode == 0x8b) {
        due = now() + 0.05, due_flag = TX_DONE;
        char text[513] = "";
        for (int i = 0; i < registers[LENGTH]; i++) sprintf(text + 2 * i, "%02x", fifo[(registers[TX_BASE] + i) & 255]);
        say("TX SF%d payload=%s", registers[MODEM2] >> 4, text);
    } else if (mode == 0x8e) {
        int symbols = (registers[MODEM2] & 3) << 8 | registers[SYMBOLS];
        FILE *frame = fopen(FOLDER "downlink", "rb");
        due = now() + 0.02, due_flag = RX_TIMEOUT;
        if (frame) {
            unsigned char *target = fifo + registers[RX_BASE];
            registers[RX_START] = registers[RX_BASE];
            registers[RX_COUNT] = fread(target, 1, 256 - registers[RX_BASE], frame);
            due_flag = RX_DONE;
            fclose(frame);
            unlink(FOLDER "downlink");
        }
        say("RX SF%d %d symbols, %.1f ms after TxDone", registers[MODEM2] >> 4, symbols, (now() - done_at) * 1e3);
    }
}

static unsigned char shift(unsigned char address, int write, unsigned char value) {
    if (address == FIFO) {
        unsigned char *place = &fifo[registers[POINTER]++], old = *place;
        if (write) *place = value;
        return old;
    }
    unsigned char old = registers[address];
    if (!write || address == VERSION) return old;
    if (address == FLAGS) {
        if (old & value & TX_DONE) say("TxDone taken after %.1f ms", (now() - done_at) * 1e3);
        registers[FLAGS] &= ~value;
    } else if (address == MODE) {
        enter(value);
    } else {
        registers[address] = value;
    }
    update_dio0();
    return old;
}

static void *pass_time(void *unused) {
    for (;; usleep(500)) {
        pthread_mutex_lock(&lock);
        if (due_flag && now() >= due) {
            done_at = due_flag == TX_DONE ? now() : done_at;
            registers[FLAGS] |= due_flag & ~registers[MASK];
            registers[MODE] = 0x89;
            say(due_flag == TX_DONE ? "TxDone" : due_flag == RX_DONE ? "RxDone" : "RxTimeout");
            due_flag = 0;
            update_dio0();
        }
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

// The level of NRESET can't be waited for, but its direction can: the driver pulls it low, then lets it float.
static void *watch_reset(void *chip) {
    struct gpio_v2_line_info info = {.offset = 2};
    struct gpio_v2_line_info_changed change;
    unsigned long long low_since = 0;
    int descriptor = open(chip, O_RDWR);
    if (ioctl(descriptor, GPIO_V2_GET_LINEINFO_WATCH_IOCTL, &info) < 0) return NULL;
    while (read(descriptor, &change, sizeof change) == sizeof change) {
        if (change.event_type != GPIO_V2_LINE_CHANGED_CONFIG) continue;
        if (change.info.flags & GPIO_V2_LINE_FLAG_OUTPUT) {
            low_since = change.timestamp_ns;
        } else if (low_since) {
            pthread_mutex_lock(&lock);
            power_on();
            say("RESET low for %llu us", (unsigned long long)(change.timestamp_ns - low_since) / 1000);
            pthread_mutex_unlock(&lock);
            low_since = 0;
        }
    }
    return NULL;
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
        const struct spi_ioc_transfer *transfer = input;
        const unsigned char *sent = (const unsigned char *)(transfer + 1);
        if (out_size != transfer->len) {
            in[1] = (struct iovec){(void *)(uintptr_t)transfer->tx_buf, transfer->len};
            struct iovec out = {(void *)(uintptr_t)transfer->rx_buf, transfer->len};
            fuse_reply_ioctl_retry(request, in, 2, &out, 1);
            return;
        }
        unsigned char received[4096] = {0};
        FILE *fault = fopen(FOLDER "fault", "rb");
        int stuck = fault ? fgetc(fault) : EOF;
        if (fault) fclose(fault);
        pthread_mutex_lock(&lock);
        unsigned char address = sent[0] & 0x7f;
        for (unsigned i = 1; i < transfer->len && stuck == EOF; i++) {
            received[i] = shift(address, sent[0] >> 7, sent[i]);
            if (address != FIFO) address = (address + 1) & 0x7f;
        }
        pthread_mutex_unlock(&lock);
        if (stuck != EOF) memset(received, stuck, transfer->len);
        fuse_reply_ioctl(request, (int)transfer->len, received, transfer->len);
    }
}

static void ready(void *chip) {
    pthread_t thread;
    pthread_create(&thread, NULL, pass_time, NULL);
    pthread_create(&thread, NULL, watch_reset, chip);
    say("ready");
}

int main(int count, char **arguments) {
    if (count != 3) return 64;
    char path[300];
    snprintf(path, sizeof path, "%s/sim_gpio0/pull", arguments[2]);
    dio0 = open(path, O_WRONLY);
    record = fopen(FOLDER "log", "a");  // so that the test can empty it
    if (!record || dio0 < 0) return 1;
    power_on();
    const char *name[] = {"DEVNAME=spidev0.0"};
    struct cuse_info device = {.dev_info_argc = 1, .dev_info_argv = name, .flags = CUSE_UNRESTRICTED_IOCTL};
    struct cuse_lowlevel_ops operations = {.init_done = ready, .open = serve_open, .ioctl = serve_ioctl};
    char *options[] = {arguments[0], "-f", "-s", NULL};
    return cuse_lowlevel_main(3, options, &device, &operations, arguments[1]);
}
