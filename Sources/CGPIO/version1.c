#include "CGPIO.h"
#include "chips.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/poll.h>

#ifdef GPIOD_BIT  // libgpiod 1.x has this macro, 2.x does not

struct p1lora_gpio_line {
    struct gpiod_chip *chip;
    struct gpiod_line *line;
    bool is_driven;
};

bool p1lora_chip_is_called(struct gpiod_chip *chip, const char *wanted) {
    return strcmp(gpiod_chip_name(chip), wanted) == 0 || strcmp(gpiod_chip_label(chip), wanted) == 0;
}

bool p1lora_line_is_called(struct gpiod_chip *chip, unsigned offset, const char *wanted) {
    struct gpiod_line *line = offset < gpiod_chip_num_lines(chip) ? gpiod_chip_get_line(chip, offset) : NULL;
    const char *name = line ? gpiod_line_name(line) : NULL;
    return name && strcmp(name, wanted) == 0;
}

int p1lora_gpio_line_count(const char *name) {
    struct gpiod_chip *chip = p1lora_open_chip(name);
    if (!chip) return -1;
    int count = (int)gpiod_chip_num_lines(chip);
    gpiod_chip_close(chip);
    return count;
}

static p1lora_gpio_line *open_line(const char *chip, unsigned offset) {
    p1lora_gpio_line *self = calloc(1, sizeof *self);
    if (!self) return NULL;
    self->chip = p1lora_open_chip(chip);
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
    self->is_driven = initial != P1LORA_GPIO_FLOATING;
    int result = self->is_driven ? gpiod_line_request_output(self->line, "p1lora", initial)
                                 : gpiod_line_request_input(self->line, "p1lora");
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
    bool is_driven = level != P1LORA_GPIO_FLOATING;
    int result = !is_driven        ? gpiod_line_set_direction_input(self->line)
                 : self->is_driven ? gpiod_line_set_value(self->line, level)
                                   : gpiod_line_set_direction_output(self->line, level);
    if (result == 0) self->is_driven = is_driven;
    return result;
}

int p1lora_gpio_get(p1lora_gpio_line *self) { return gpiod_line_get_value(self->line); }

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

#endif
