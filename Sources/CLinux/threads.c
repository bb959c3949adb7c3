#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/timex.h>
#include <time.h>

int p1lora_wakeup_create(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int p1lora_poll(struct pollfd *polled, size_t count, int64_t nanoseconds) {
    struct timespec timeout = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    return ppoll(polled, count, nanoseconds < 0 ? NULL : &timeout, NULL);
}

struct start {
    void (*entry)(void *);
    void *context;
};

static void *run(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    start.entry(start.context);
    return NULL;
}

int p1lora_start_thread(void (*entry)(void *), void *context) {
    struct start *start = malloc(sizeof *start);
    if (!start) return ENOMEM;
    *start = (struct start){.entry = entry, .context = context};
    pthread_t thread;
    int code = pthread_create(&thread, NULL, run, start);
    if (code == 0) return pthread_detach(thread);
    free(start);
    return code;
}

void p1lora_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

void p1lora_sharpen_timers(void) { prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }

bool p1lora_clock_is_synchronized(void) {
    struct timex query = {.modes = 0};
    // -1 where asking is forbidden: then nobody knows.
    int state = adjtimex(&query);
    return state >= 0 && state != TIME_ERROR && !(query.status & STA_UNSYNC);
}
