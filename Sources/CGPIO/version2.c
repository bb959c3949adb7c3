#include "CGPIO.h"
#include "chips.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#ifndef GPIOD_BIT  // libgpiod 2.x

struct p1lora_gpio_line {
    struct gpiod_chip *chip;
    struct gpiod_line_request *request;
    struct gpiod_edge_event_buffer *events;
    unsigned offset;
    bool is_driven;
};

bool p1lora_chip_is_called(struct gpiod_chip *chip, const char *wanted) {
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    if (!info) return false;
    bool is = strcmp(gpiod_chip_info_get_name(info), wanted) == 0 || strcmp(gpiod_chip_info_get_label(info), wanted) == 0;
    gpiod_chip_info_free(info);
    return is;
}

bool p1lora_line_is_called(struct gpiod_chip *chip, unsigned offset, const char *wanted) {
    struct gpiod_line_info *info = gpiod_chip_get_line_info(chip, offset);
    if (!info) return false;
    const char *name = gpiod_line_info_get_name(info);
    bool is = name && strcmp(name, wanted) == 0;
    gpiod_line_info_free(info);
    return is;
}

int p1lora_gpio_line_count(const char *name) {
    struct gpiod_chip *chip = p1lora_open_chip(name);
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
        self->chip = p1lora_open_chip(chip);
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
    p1lora_gpio_line *self = opened(chip, offset, settings);
    if (self) self->is_driven = initial != P1LORA_GPIO_FLOATING;
    return self;
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
    if (self->is_driven && level != P1LORA_GPIO_FLOATING) {
        return gpiod_line_request_set_value(
            self->request, self->offset, level == P1LORA_GPIO_HIGH ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
    }
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (!settings) return -1;
    int result = apply_level(settings, level) < 0 ? -1 : apply(self, settings);
    gpiod_line_settings_free(settings);
    if (result == 0) self->is_driven = level != P1LORA_GPIO_FLOATING;
    return result;
}

int p1lora_gpio_get(p1lora_gpio_line *self) {
    switch (gpiod_line_request_get_value(self->request, self->offset)) {
    case GPIOD_LINE_VALUE_ACTIVE: return 1;
    case GPIOD_LINE_VALUE_INACTIVE: return 0;
    default: return -1;
    }
}

int p1lora_gpio_descriptor(p1lora_gpio_line *self) { return gpiod_line_request_get_fd(self->request); }

int p1lora_gpio_next_edge(p1lora_gpio_line *self, bool *rising, int64_t *nanoseconds) {
    int ready = gpiod_line_request_wait_edge_events(self->request, 0);
    if (ready <= 0) return ready < 0 && errno == EINTR ? 0 : ready;
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
