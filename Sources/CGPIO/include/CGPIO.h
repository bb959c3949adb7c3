#ifndef P1LORA_CGPIO_H
#define P1LORA_CGPIO_H

// One GPIO line over libgpiod 1.6 (Debian 12) or 2.x (Debian 13), chosen when this is compiled.

#include <stdbool.h>
#include <stdint.h>

typedef struct p1lora_gpio_line p1lora_gpio_line;

enum { P1LORA_GPIO_LOW = 0, P1LORA_GPIO_HIGH = 1, P1LORA_GPIO_FLOATING = 2 };

// The resistor inside the board at an input.
enum { P1LORA_GPIO_PULL_AS_IS = 0, P1LORA_GPIO_PULL_NONE = 1, P1LORA_GPIO_PULL_UP = 2, P1LORA_GPIO_PULL_DOWN = 3 };

// Instead of a chip's name: the one with the pins of a Raspberry Pi's header, whatever its number.
#define P1LORA_GPIO_HEADER "header"

// How many lines the chip has, or -1 with errno set. The chip is named as for opening.
int p1lora_gpio_line_count(const char *chip);

// `chip` is a path (/dev/gpiochip0), a name (gpiochip0), a label (pinctrl-bcm2835) or P1LORA_GPIO_HEADER. NULL with errno
// set on failure.
p1lora_gpio_line *p1lora_gpio_open_output(const char *chip, unsigned offset, int initial);
p1lora_gpio_line *p1lora_gpio_open_edges(const char *chip, unsigned offset, bool rising, bool falling, int pull);

// What is at the pin: 0 or 1, or -1 with errno set. An output that floats is an input.
int p1lora_gpio_get(p1lora_gpio_line *line);

// Level is one of P1LORA_GPIO_*. Returns 0, or -1 with errno set.
int p1lora_gpio_set(p1lora_gpio_line *line, int level);

// A descriptor that polls readable while an edge waits.
int p1lora_gpio_descriptor(p1lora_gpio_line *line);

// 1 with an edge taken, 0 when none waits, -1 with errno set. The time is CLOCK_MONOTONIC, in nanoseconds.
int p1lora_gpio_next_edge(p1lora_gpio_line *line, bool *rising, int64_t *nanoseconds);

void p1lora_gpio_close(p1lora_gpio_line *line);

#endif
