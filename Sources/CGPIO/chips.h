// What the two versions of libgpiod have in common here: how a chip is found.

#include <gpiod.h>
#include <stdbool.h>

// By path, name or label, or the header's. NULL with errno set.
struct gpiod_chip *p1lora_open_chip(const char *wanted);

// Of either version.
bool p1lora_chip_is_called(struct gpiod_chip *chip, const char *name_or_label);
bool p1lora_line_is_called(struct gpiod_chip *chip, unsigned offset, const char *name);
