/* cutfs BACK MOUNT: a disk that forgets, for Tests/UplinkBridgeTests/Store/PowerCutTests.swift.
 *
 * One folder of files in memory. What is written is read back at once, but it is on the disk only after fsync: of the file
 * for its bytes, of the folder for its names. SIGUSR1, or the operation CUT_AT, is the power cut: BACK gets what a hostile
 * disk would have kept, any of the unsynced pages, some of them torn, and the first of the unsynced changes of names. From
 * then on nothing can be written; what was mapped into memory can still be read, so that the program under test lives on.
 *
 * Environment: CUT_SEED; CUT_AT=N, 0 for never; CUT_EIO, per mille of the operations that fail. */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { page = 4096, sector = 512, most = 256 };

struct bytes { char *at; size_t count; };
/* The index of a log is mapped into memory: on a real disk its pages come from the cache and never fail. */
struct file { struct bytes seen, kept; mode_t mode; ino_t number; int is_index; };
struct name { char text[200]; struct file *file; };
struct folder { struct name names[most]; int count; };
/* A rename is one change of two names. */
struct change { struct name now[2]; int count; };

static struct folder seen, kept;
static struct change changes[4096];
static int change_count, is_cut, eio, back;
static long operations, cut_at;
static ino_t last_number = 1;
static volatile sig_atomic_t asked;

static struct file **slot(struct folder *in, const char *text, int make) {
    for (int i = 0; i < in->count; i++) if (!strcmp(in->names[i].text, text)) return &in->names[i].file;
    if (!make || in->count == most || strlen(text) >= sizeof in->names[0].text) return NULL;
    strcpy(in->names[in->count].text, text);
    return &in->names[in->count++].file;
}

static struct file *make(const char *name, mode_t mode) {
    size_t length = strlen(name);
    struct file *file = calloc(1, sizeof *file);
    file->mode = mode & 0777, file->number = ++last_number;
    file->is_index = length > 4 && !strcmp(name + length - 4, "-shm");
    return file;
}

static struct file *find(const char *path) {
    struct file **found = slot(&seen, path + 1, 0);
    return found ? *found : NULL;
}

static struct file *of(const char *path, struct fuse_file_info *info) {
    return info && info->fh ? (struct file *)(uintptr_t)info->fh : find(path);
}

static void resize(struct bytes *bytes, size_t count) {
    if (count > bytes->count) {
        bytes->at = realloc(bytes->at, count);
        memset(bytes->at + bytes->count, 0, count - bytes->count);
    }
    bytes->count = count;
}

static void copy(struct bytes *to, const struct bytes *from) {
    resize(to, from->count);
    if (from->count) memcpy(to->at, from->at, from->count);
}

static void carry_out(struct change *change) {
    for (int i = 0; i < change->count; i++) {
        struct file **place = slot(&kept, change->now[i].text, 1);
        if (place) *place = change->now[i].file;
    }
}

/* What becomes of the unsynced bytes of a file. */
static void forget(struct file *file, int chance) {
    struct bytes *old = &file->kept, *new = &file->seen;
    if (new->count < old->count && rand() % 100 < chance) resize(old, new->count);
    for (size_t at = 0; at < new->count; at += page) {
        size_t count = new->count - at < page ? new->count - at : page;
        if (rand() % 100 >= chance) continue;
        if (rand() % 5 == 0) count = count > sector ? sector * (1 + rand() % (count / sector)) : count;
        if (old->count < at + count) resize(old, at + count);
        memcpy(old->at + at, new->at + at, count);
    }
}

static void cut(void) {
    if (is_cut) return;
    is_cut = 1;
    static const int chances[] = {0, 10, 50, 90, 100};
    int chance = chances[rand() % 5], first = change_count ? rand() % (change_count + 1) : 0;
    for (int i = 0; i < first; i++) carry_out(&changes[i]);
    struct dirent *entry;
    int again = dup(back);
    DIR *old = fdopendir(again);
    rewinddir(old);
    while ((entry = readdir(old))) if (entry->d_name[0] != '.') unlinkat(back, entry->d_name, 0);
    closedir(old);
    for (int i = 0; i < kept.count; i++) {
        struct file *file = kept.names[i].file;
        if (!file) continue;
        forget(file, chance);
        int to = openat(back, kept.names[i].text, O_WRONLY | O_CREAT | O_TRUNC, file->mode & 0777);
        if (to < 0 || write(to, file->kept.at, file->kept.count) != (ssize_t)file->kept.count) abort();
        fchmod(to, file->mode & 0777);
        close(to);
    }
}

/* Before each operation; what the disk says. */
static int fails(int writes) {
    if (asked || (cut_at && writes && ++operations >= cut_at)) cut();
    if (is_cut) return writes ? -EIO : 0;
    return eio && rand() % 1000 < eio ? -EIO : 0;
}

static void note(const char *text, struct file *file, struct change *with) {
    if (change_count == 4096) {
        for (int i = 0; i < 2048; i++) carry_out(&changes[i]);
        memmove(changes, changes + 2048, sizeof changes[0] * 2048);
        change_count = 2048;
    }
    struct change *change = with ? with : &changes[change_count++];
    if (!with) change->count = 0;
    strcpy(change->now[change->count].text, text);
    change->now[change->count++].file = file;
}

static int fs_getattr(const char *path, struct stat *st, struct fuse_file_info *info) {
    memset(st, 0, sizeof *st);
    st->st_uid = getuid(), st->st_gid = getgid(), st->st_nlink = 1;
    if (path && !strcmp(path, "/")) return st->st_mode = S_IFDIR | 0700, 0;
    int failure = fails(0);
    if (failure) return failure;
    struct file *file = of(path, info);
    if (!file) return -ENOENT;
    st->st_mode = S_IFREG | file->mode, st->st_size = (off_t)file->seen.count, st->st_ino = file->number;
    return 0;
}

static int fs_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t at, struct fuse_file_info *info,
                      enum fuse_readdir_flags flags) {
    for (int i = 0; i < seen.count; i++) if (seen.names[i].file) fill(buffer, seen.names[i].text, NULL, 0, 0);
    return 0;
}

static int fs_create(const char *path, mode_t mode, struct fuse_file_info *info) {
    int failure = fails(1);
    if (failure) return failure;
    struct file **place = slot(&seen, path + 1, 1);
    if (!place) return -ENOSPC;
    *place = make(path + 1, mode);
    note(path + 1, *place, NULL);
    info->fh = (uintptr_t)*place;
    return 0;
}

static int fs_open(const char *path, struct fuse_file_info *info) {
    int failure = fails(0);
    if (failure) return failure;
    struct file *file = find(path);
    if (!file) return -ENOENT;
    if (info->flags & O_TRUNC) resize(&file->seen, 0);
    info->fh = (uintptr_t)file;
    return 0;
}

static int fs_read(const char *path, char *to, size_t count, off_t at, struct fuse_file_info *info) {
    struct file *file = of(path, info);
    int failure = fails(0);
    if (failure && !file->is_index) return failure;
    struct bytes *bytes = &file->seen;
    if ((size_t)at >= bytes->count) return 0;
    if (count > bytes->count - (size_t)at) count = bytes->count - (size_t)at;
    memcpy(to, bytes->at + at, count);
    return (int)count;
}

static int fs_write(const char *path, const char *from, size_t count, off_t at, struct fuse_file_info *info) {
    int failure = fails(1);
    if (failure) return failure;
    struct bytes *bytes = &of(path, info)->seen;
    if (bytes->count < (size_t)at + count) resize(bytes, (size_t)at + count);
    memcpy(bytes->at + at, from, count);
    return (int)count;
}

static int fs_truncate(const char *path, off_t size, struct fuse_file_info *info) {
    int failure = fails(1);
    if (failure) return failure;
    struct file *file = of(path, info);
    if (!file) return -ENOENT;
    resize(&file->seen, (size_t)size);
    return 0;
}

/* A sync that fails has kept nothing for certain, and is not repeated for what it lost: as Linux does. */
static int fs_fsync(const char *path, int data, struct fuse_file_info *info) {
    int failure = fails(1);
    if (failure) return failure;
    struct file *file = of(path, info);
    copy(&file->kept, &file->seen);
    return 0;
}

static int fs_fsyncdir(const char *path, int data, struct fuse_file_info *info) {
    int failure = fails(1);
    if (failure) return failure;
    for (int i = 0; i < change_count; i++) carry_out(&changes[i]);
    change_count = 0;
    return 0;
}

static int fs_unlink(const char *path) {
    int failure = fails(1);
    if (failure) return failure;
    struct file **place = slot(&seen, path + 1, 0);
    if (!place || !*place) return -ENOENT;
    *place = NULL;
    note(path + 1, NULL, NULL);
    return 0;
}

static int fs_rename(const char *from, const char *to, unsigned flags) {
    int failure = fails(1);
    if (failure) return failure;
    struct file *file = find(from), **place = slot(&seen, to + 1, 1);
    if (!file) return -ENOENT;
    if (!place || flags) return -EINVAL;
    *place = file;
    *slot(&seen, from + 1, 0) = NULL;
    note(to + 1, file, NULL);
    note(from + 1, NULL, &changes[change_count - 1]);
    return 0;
}

static int fs_chmod(const char *path, mode_t mode, struct fuse_file_info *info) {
    struct file *file = of(path, info);
    if (!file) return -ENOENT;
    file->mode = mode & 0777;
    return 0;
}

static int fs_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *info) { return 0; }

static void *fs_init(struct fuse_conn_info *connection, struct fuse_config *config) {
    config->hard_remove = 1, config->use_ino = 1, config->nullpath_ok = 1;
    config->attr_timeout = config->entry_timeout = config->negative_timeout = 0;
    return NULL;
}

static void fs_destroy(void *data) { cut(); }

static const struct fuse_operations operations_of_the_disk = {
    .getattr = fs_getattr, .readdir = fs_readdir, .create = fs_create, .open = fs_open, .read = fs_read,
    .write = fs_write, .truncate = fs_truncate, .fsync = fs_fsync, .fsyncdir = fs_fsyncdir, .unlink = fs_unlink,
    .rename = fs_rename, .chmod = fs_chmod, .utimens = fs_utimens, .init = fs_init, .destroy = fs_destroy,
};

static void ask(int signal) { asked = 1; }

static long number(const char *name) { return getenv(name) ? atol(getenv(name)) : 0; }

/* What BACK has is on the disk. */
static void load(void) {
    struct dirent *entry;
    DIR *old = fdopendir(dup(back));
    while ((entry = readdir(old))) {
        if (entry->d_name[0] == '.') continue;
        int from = openat(back, entry->d_name, O_RDONLY);
        struct stat st;
        if (from < 0 || fstat(from, &st)) abort();
        struct file *file = make(entry->d_name, st.st_mode);
        resize(&file->kept, (size_t)st.st_size);
        if (read(from, file->kept.at, file->kept.count) != (ssize_t)file->kept.count) abort();
        close(from);
        copy(&file->seen, &file->kept);
        *slot(&seen, entry->d_name, 1) = *slot(&kept, entry->d_name, 1) = file;
    }
    closedir(old);
}

int main(int count, char **arguments) {
    if (count != 3) return 64;
    back = open(arguments[1], O_RDONLY | O_DIRECTORY);
    if (back < 0) return perror(arguments[1]), 1;
    srand((unsigned)number("CUT_SEED"));
    cut_at = number("CUT_AT"), eio = (int)number("CUT_EIO");
    load();
    signal(SIGUSR1, ask);
    char *words[] = {arguments[0], "-f", "-s", arguments[2], NULL};
    return fuse_main(4, words, &operations_of_the_disk, NULL);
}
