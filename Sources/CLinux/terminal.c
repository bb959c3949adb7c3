#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

int p1lora_open_terminal(int *master, int *slave, char *path, size_t capacity) {
    struct termios attributes = {0};
    cfmakeraw(&attributes);
    attributes.c_cflag |= CREAD | CLOCAL;
    cfsetspeed(&attributes, B115200);
    if (openpty(master, slave, NULL, &attributes, NULL) < 0) return -1;
    fcntl(*master, F_SETFD, FD_CLOEXEC);
    fcntl(*slave, F_SETFD, FD_CLOEXEC);
    if (ptsname_r(*master, path, capacity) == 0) return 0;
    close(*master);
    close(*slave);
    return -1;
}
