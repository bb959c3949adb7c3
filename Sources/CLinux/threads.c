#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

int p1lora_wakeup_create(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

// Where root acts as another user, they are still permitted (capabilities(7), "Effect of user ID changes").
void p1lora_raise_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, sets) != 0) return;
    unsigned wanted = (1u << CAP_SYS_NICE | 1u << CAP_IPC_LOCK | 1u << CAP_DAC_OVERRIDE) & sets[0].permitted & ~sets[0].effective;
    if (!wanted) return;
    sets[0].effective |= wanted;
    syscall(SYS_capset, &header, sets);
}

struct start {
    void (*entry)(void *);
    void *context;
};

static void *run(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    p1lora_raise_capabilities();
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

bool p1lora_become_realtime(int priority) {
    struct sched_param parameters = {.sched_priority = priority};
    // What this thread starts is not to be real-time too: a worker that computes would keep the whole board from working.
    return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) == 0;
}

bool p1lora_is_realtime(void) { return (sched_getscheduler(0) & ~SCHED_RESET_ON_FORK) == SCHED_FIFO; }

bool p1lora_lock_memory(void) {
    struct rlimit limit;
    // Where there is a limit, what comes later would be refused instead of locked.
    bool is_unlimited = getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
    return mlockall(MCL_CURRENT | MCL_ONFAULT | (is_unlimited ? MCL_FUTURE : 0)) == 0;
}

int p1lora_timer_create(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC); }

int p1lora_timer_set(int timer, int64_t nanoseconds) {
    // All zero would stop it; the first nanosecond after boot has passed for everybody.
    if (nanoseconds < 1) nanoseconds = 1;
    struct itimerspec alarm = {.it_value = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &alarm, NULL);
}

void p1lora_sharpen_timers(void) { prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }

bool p1lora_clock_is_synchronized(void) {
    struct timex query = {.modes = 0};
    // -1 where asking is forbidden: then nobody knows.
    int state = adjtimex(&query);
    return state >= 0 && state != TIME_ERROR && !(query.status & STA_UNSYNC);
}
