// Debian sid's static Swift runtime asks for names that glibc has from 2.38 on. Debian 12 has 2.36: here they are by what
// they do there.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// C23's readers of numbers differ from C99's in "0b101" alone, which no caller here writes.
#define READER(type, function) \
    type __isoc23_##function(const char *digits, char **rest, int base) { return function(digits, rest, base); }

READER(long, strtol)
READER(long long, strtoll)
READER(unsigned long, strtoul)
READER(unsigned long long, strtoull)

int __isoc23_sscanf(const char *input, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int found = vsscanf(input, format, values);
    va_end(values);
    return found;
}

// strlcpy(3): what fits, always with a NUL; the length that was wanted.
size_t strlcpy(char *destination, const char *source, size_t room) {
    size_t wanted = strlen(source);
    if (room > 0) {
        size_t taken = wanted < room ? wanted : room - 1;
        memmove(destination, source, taken);
        destination[taken] = '\0';
    }
    return wanted;
}

size_t strlcat(char *destination, const char *source, size_t room) {
    size_t present = strnlen(destination, room);
    return present + strlcpy(destination + present, source, room - present);
}
