#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/socket.h>

int p1lora_accept(int descriptor) { return accept4(descriptor, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }
