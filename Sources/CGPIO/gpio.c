#include "CGPIO.h"

#include <errno.h>
#include <gpiod.h>
#include <stdlib.h>
#include <string.h>
#include <sys/poll.h>

#ifdef GPIOD_BIT  // libgpiod 1.x has this macro, 2.x does not

struct p1lora_gpio_line {
    struct gpiod_chip *chip;
    struct gpiod_line *line;
};

int p1lora_gpio_line_count(const char *name) {
    struct gpiod_chip *chip = gpiod_chip_open_lookup(name);
    if (!chip) return -1;
    int count = (int)gpiod_chip_num_lines(chip);
    gpiod_chip_close(chip);
    return count;
}

static p1lora_gpio_line *open_line(const char *chip, unsigned offset) {
    p1lora_gpio_line *self = calloc(1, sizeof *self);
    if (!self) return NULL;
    self->chip = gpiod_chip_open_lookup(chip);
    if (self->chip) self->line = gpiod_chip_get_line(self->chip, offset);
    if (!self->line) {
        int saved = errno;
        p1lora_gpio_close(self);
        errno = saved;
        return NULL;
    }
    return self;
}

static p1lora_gpio_line *requested(p1lora_gpio_line *self, int result) {
    if (result == 0) return self;
    int saved = errno;
    p1lora_gpio_close(self);
    errno = saved;
    return NULL;
}

p1lora_gpio_line *p1lora_gpio_open_output(const char *chip, unsigned offset, int initial) {
    p1lora_gpio_line *self = open_line(chip, offset);
    if (!self) return NULL;
    int result = initial == P1LORA_GPIO_FLOATING ? gpiod_line_request_input(self->line, "p1lora")
                                                 : gpiod_line_request_output(self->line, "p1lora", initial);
    return requested(self, result);
}

p1lora_gpio_line *p1lora_gpio_open_edges(const char *chip, unsigned offset, bool rising, bool falling, int pull) {
    p1lora_gpio_line *self = open_line(chip, offset);
    if (!self) return NULL;
    struct gpiod_line_request_config request = {
        .consumer = "p1lora",
        .request_type = rising && falling ? GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES
                        : rising          ? GPIOD_LINE_REQUEST_EVENT_RISING_EDGE
                                          : GPIOD_LINE_REQUEST_EVENT_FALLING_EDGE,
        .flags = pull == P1LORA_GPIO_PULL_UP     ? GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP
                 : pull == P1LORA_GPIO_PULL_DOWN ? GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN
                 : pull == P1LORA_GPIO_PULL_NONE ? GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE
                                                 : 0,
    };
    return requested(self, gpiod_line_request(self->line, &request, 0));
}

int p1lora_gpio_set(p1lora_gpio_line *self, int level) {
    return level == P1LORA_GPIO_FLOATING ? gpiod_line_set_direction_input(self->line)
                                         : gpiod_line_set_direction_output(self->line, level);
}

int p1lora_gpio_descriptor(p1lora_gpio_line *self) { return gpiod_line_event_get_fd(self->line); }

int p1lora_gpio_next_edge(p1lora_gpio_line *self, bool *rising, int64_t *nanoseconds) {
    struct pollfd waiting = {.fd = p1lora_gpio_descriptor(self), .events = POLLIN};
    int ready = poll(&waiting, 1, 0);
    if (ready <= 0) return ready < 0 && errno == EINTR ? 0 : ready;
    struct gpiod_line_event event;
    if (gpiod_line_event_read(self->line, &event) < 0) return -1;
    *rising = event.event_type == GPIOD_LINE_EVENT_RISING_EDGE;
    *nanoseconds = (int64_t)event.ts.tv_sec * 1000000000 + event.ts.tv_nsec;
    return 1;
}

void p1lora_gpio_close(p1lora_gpio_line *self) {
    if (!self) return;
    if (self->line) gpiod_line_release(self->line);
    if (self->chip) gpiod_chip_close(self->chip);
    free(self);
}

#else  // libgpiod 2.x

#include <dirent.h>
#include <stdio.h>

struct p1lora_gpio_line {
    struct gpiod_chip *chip;
    struct gpiod_line_request *request;
    struct gpiod_edge_event_buffer *events;
    unsigned offset;
};

// Version 2 opens by path only: names and labels are looked up here.
static struct gpiod_chip *open_chip(const char *wanted) {
    if (wanted[0] == '/') return gpiod_chip_open(wanted);
    DIR *directory = opendir("/dev");
    if (!directory) return NULL;
    struct gpiod_chip *found = NULL;
    struct dirent *entry;
    while (!found && (entry = readdir(directory))) {
        if (strncmp(entry->d_name, "gpiochip", 8) != 0) continue;
        char path[300];
        snprintf(path, sizeof path, "/dev/%s", entry->d_name);
        struct gpiod_chip *chip = gpiod_chip_open(path);
        if (!chip) continue;
        struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
        if (info && (strcmp(gpiod_chip_info_get_name(info), wanted) == 0 ||
                     strcmp(gpiod_chip_info_get_label(info), wanted) == 0)) {
            found = chip;
        }
        if (info) gpiod_chip_info_free(info);
        if (!found) gpiod_chip_close(chip);
    }
    closedir(directory);
    if (!found) errno = ENOENT;
    return found;
}

int p1lora_gpio_line_count(const char *name) {
    struct gpiod_chip *chip = open_chip(name);
    if (!chip) return -1;
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    int count = info ? (int)gpiod_chip_info_get_num_lines(info) : -1;
    int saved = errno;
    if (info) gpiod_chip_info_free(info);
    gpiod_chip_close(chip);
    errno = saved;
    return count;
}

static int apply_level(struct gpiod_line_settings *settings, int level) {
    if (level == P1LORA_GPIO_FLOATING) {
        return gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
    }
    if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT) < 0) return -1;
    return gpiod_line_settings_set_output_value(
        settings, level == P1LORA_GPIO_HIGH ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
}

// Requests the line, or configures it anew when it is held already.
static int apply(p1lora_gpio_line *self, struct gpiod_line_settings *settings) {
    int result = -1;
    struct gpiod_line_config *lines = gpiod_line_config_new();
    struct gpiod_request_config *names = gpiod_request_config_new();
    if (lines && names && gpiod_line_config_add_line_settings(lines, &self->offset, 1, settings) == 0) {
        if (self->request) {
            result = gpiod_line_request_reconfigure_lines(self->request, lines);
        } else {
            gpiod_request_config_set_consumer(names, "p1lora");
            self->request = gpiod_chip_request_lines(self->chip, names, lines);
            result = self->request ? 0 : -1;
        }
    }
    int saved = errno;
    if (names) gpiod_request_config_free(names);
    if (lines) gpiod_line_config_free(lines);
    errno = saved;
    return result;
}

static p1lora_gpio_line *opened(const char *chip, unsigned offset, struct gpiod_line_settings *settings) {
    p1lora_gpio_line *self = calloc(1, sizeof *self);
    if (self) {
        self->offset = offset;
        self->chip = open_chip(chip);
        if (!self->chip || apply(self, settings) < 0) {
            int saved = errno;
            p1lora_gpio_close(self);
            errno = saved;
            self = NULL;
        }
    }
    gpiod_line_settings_free(settings);
    return self;
}

p1lora_gpio_line *p1lora_gpio_open_output(const char *chip, unsigned offset, int initial) {
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (!settings) return NULL;
    apply_level(settings, initial);
    return opened(chip, offset, settings);
}

p1lora_gpio_line *p1lora_gpio_open_edges(const char *chip, unsigned offset, bool rising, bool falling, int pull) {
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (!settings) return NULL;
    gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
    gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC);
    gpiod_line_settings_set_bias(settings, pull == P1LORA_GPIO_PULL_UP     ? GPIOD_LINE_BIAS_PULL_UP
                                           : pull == P1LORA_GPIO_PULL_DOWN ? GPIOD_LINE_BIAS_PULL_DOWN
                                           : pull == P1LORA_GPIO_PULL_NONE ? GPIOD_LINE_BIAS_DISABLED
                                                                           : GPIOD_LINE_BIAS_AS_IS);
    gpiod_line_settings_set_edge_detection(settings, rising && falling ? GPIOD_LINE_EDGE_BOTH
                                                     : rising          ? GPIOD_LINE_EDGE_RISING
                                                                       : GPIOD_LINE_EDGE_FALLING);
    p1lora_gpio_line *self = opened(chip, offset, settings);
    if (self && !(self->events = gpiod_edge_event_buffer_new(1))) {
        p1lora_gpio_close(self);
        errno = ENOMEM;
        return NULL;
    }
    return self;
}

int p1lora_gpio_set(p1lora_gpio_line *self, int level) {
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (!settings) return -1;
    int result = apply_level(settings, level) < 0 ? -1 : apply(self, settings);
    gpiod_line_settings_free(settings);
    return result;
}

int p1lora_gpio_descriptor(p1lora_gpio_line *self) { return gpiod_line_request_get_fd(self->request); }

int p1lora_gpio_next_edge(p1lora_gpio_line *self, bool *rising, int64_t *nanoseconds) {
    int ready = gpiod_line_request_wait_edge_events(self->request, 0);
    if (ready <= 0) return ready;
    if (gpiod_line_request_read_edge_events(self->request, self->events, 1) < 1) return -1;
    struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(self->events, 0);
    *rising = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
    *nanoseconds = (int64_t)gpiod_edge_event_get_timestamp_ns(event);
    return 1;
}

void p1lora_gpio_close(p1lora_gpio_line *self) {
    if (!self) return;
    if (self->events) gpiod_edge_event_buffer_free(self->events);
    if (self->request) gpiod_line_request_release(self->request);
    if (self->chip) gpiod_chip_close(self->chip);
    free(self);
}

#endif
