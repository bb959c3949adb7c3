#include "chips.h"

#include "CGPIO.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

// The first chip of /dev that fits.
static struct gpiod_chip *find(bool (*fits)(struct gpiod_chip *, const char *), const char *wanted) {
    DIR *directory = opendir("/dev");
    if (!directory) return NULL;
    struct gpiod_chip *found = NULL;
    int refusal = ENOENT;
    struct dirent *entry;
    while (!found && (entry = readdir(directory))) {
        if (strncmp(entry->d_name, "gpiochip", 8) != 0) continue;
        char path[sizeof entry->d_name + 8];
        snprintf(path, sizeof path, "/dev/%s", entry->d_name);
        struct gpiod_chip *chip = gpiod_chip_open(path);
        if (!chip) {
            // The one that is looked for may be among those that this user may not open.
            if (errno == EACCES || errno == EPERM) refusal = errno;
        } else if (fits(chip, wanted)) {
            found = chip;
        } else {
            gpiod_chip_close(chip);
        }
    }
    closedir(directory);
    if (!found) errno = refusal;
    return found;
}

// Raspberry Pis name the lines of their header after the numbers that everybody uses.
static bool has_named_lines(struct gpiod_chip *chip, const char *unused) {
    (void)unused;
    return p1lora_line_is_called(chip, 4, "GPIO4") && p1lora_line_is_called(chip, 17, "GPIO17");
}

static struct gpiod_chip *open_header(void) {
    // Raspberry Pi 5; 4; 1 to 3 and Zero. Their numbers have changed from kernel to kernel, their labels have not.
    static const char *const labels[] = {"pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"};
    for (unsigned i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct gpiod_chip *chip = find(p1lora_chip_is_called, labels[i]);
        if (chip) return chip;
    }
    return find(has_named_lines, NULL);
}

struct gpiod_chip *p1lora_open_chip(const char *wanted) {
    if (strcmp(wanted, P1LORA_GPIO_HEADER) == 0) return open_header();
    return wanted[0] == '/' ? gpiod_chip_open(wanted) : find(p1lora_chip_is_called, wanted);
}
