#define _GNU_SOURCE
#include "CPostgreSQL.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Where the header is installed the compiler compares.
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#elif __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef unsigned int Oid;
typedef void (*PQnoticeReceiver)(void *, const PGresult *);

// As in libpq-fe.h.
typedef enum { CONNECTION_OK, CONNECTION_BAD } ConnStatusType;
typedef enum { PGRES_EMPTY_QUERY, PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_OUT, PGRES_COPY_IN } ExecStatusType;
#define PG_DIAG_SQLSTATE 'C'
#endif

// The calls of libpq.so.5 that are used, by the prototypes of its documentation.
#define CALLS(CALL)                                                                                                    \
    CALL(PGconn *, PQconnectdbParams, (const char *const *, const char *const *, int))                                 \
    CALL(void, PQfinish, (PGconn *))                                                                                   \
    CALL(ConnStatusType, PQstatus, (const PGconn *))                                                                   \
    CALL(char *, PQerrorMessage, (const PGconn *))                                                                     \
    CALL(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn *, PQnoticeReceiver, void *))                                  \
    CALL(PGresult *, PQexec, (PGconn *, const char *))                                                                 \
    CALL(PGresult *, PQprepare, (PGconn *, const char *, const char *, int, const Oid *))                              \
    CALL(PGresult *, PQexecPrepared,                                                                                   \
         (PGconn *, const char *, int, const char *const *, const int *, const int *, int))                            \
    CALL(int, PQputCopyData, (PGconn *, const char *, int))                                                            \
    CALL(int, PQputCopyEnd, (PGconn *, const char *))                                                                  \
    CALL(PGresult *, PQgetResult, (PGconn *))                                                                          \
    CALL(ExecStatusType, PQresultStatus, (const PGresult *))                                                           \
    CALL(char *, PQresultErrorMessage, (const PGresult *))                                                             \
    CALL(char *, PQresultErrorField, (const PGresult *, int))                                                          \
    CALL(int, PQntuples, (const PGresult *))                                                                           \
    CALL(int, PQnfields, (const PGresult *))                                                                           \
    CALL(int, PQgetisnull, (const PGresult *, int, int))                                                               \
    CALL(int, PQgetlength, (const PGresult *, int, int))                                                               \
    CALL(char *, PQgetvalue, (const PGresult *, int, int))                                                             \
    CALL(char *, PQcmdTuples, (PGresult *))                                                                            \
    CALL(void, PQclear, (PGresult *))

#define DECLARE(result, name, parameters) result(*name) parameters;
static struct { CALLS(DECLARE) } library;

#if __has_include(<libpq-fe.h>) || __has_include(<postgresql/libpq-fe.h>)
#define COMPARE(result, name, parameters)                                                                              \
    _Static_assert(__builtin_types_compatible_p(__typeof__(library.name), __typeof__(&name)), #name);
CALLS(COMPARE)
#endif

enum { MOST_STATEMENTS = 64, MOST_VALUES = 32, COPY_PIECE = 1 << 20 };

struct p1lora_pq {
    PGconn *connection;
    // Names of the statements that this connection has prepared.
    char prepared[MOST_STATEMENTS][24];
    int prepared_count;
    char reason[512];
    char state[6];
};

static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
static bool is_loaded;

static bool load(char *reason, size_t capacity) {
    void *handle = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        snprintf(reason, capacity, "libpq is not installed (apt-get install libpq5)");
        return false;
    }
#define FIND(result, name, parameters)                                                                                 \
    *(void **)&library.name = dlsym(handle, #name);                                                                    \
    if (!library.name) {                                                                                               \
        snprintf(reason, capacity, "libpq has no " #name ": install a newer libpq5");                                  \
        dlclose(handle);                                                                                               \
        return false;                                                                                                  \
    }
    CALLS(FIND)
    return true;
}

// The message without line ends at its end, the others as blanks.
static void note(char *place, size_t capacity, const char *text) {
    snprintf(place, capacity, "%s", text ? text : "");
    size_t length = strlen(place);
    while (length > 0 && (place[length - 1] == '\n' || place[length - 1] == ' ')) place[--length] = 0;
    for (size_t index = 0; index < length; index++)
        if (place[index] == '\n' || place[index] == '\t') place[index] = ' ';
}

static void ignore(void *context, const PGresult *result) {
    (void)context;
    (void)result;
}

struct p1lora_pq *p1lora_pq_connect(const char *url, const char *password, char *reason, size_t capacity) {
    pthread_mutex_lock(&once);
    if (!is_loaded) is_loaded = load(reason, capacity);
    bool usable = is_loaded;
    pthread_mutex_unlock(&once);
    if (!usable) return NULL;
    // Of a word that stands twice the later one holds: the URL's own are stronger than the first ones here. A peer that is
    // gone is noticed within a minute.
    const char *words[] = {"connect_timeout",     "keepalives_idle", "keepalives_interval", "keepalives_count",
                           "tcp_user_timeout",    "application_name", "dbname",             password ? "password" : NULL,
                           NULL};
    const char *values[] = {"10", "20", "10", "4", "60000", "p1lora-collector", url, password, NULL};
    struct p1lora_pq *mine = calloc(1, sizeof *mine);
    if (mine) mine->connection = library.PQconnectdbParams(words, values, 1);
    if (!mine || !mine->connection) {
        snprintf(reason, capacity, "there is no memory for a connection");
        free(mine);
        return NULL;
    }
    if (library.PQstatus(mine->connection) != CONNECTION_OK) {
        note(reason, capacity, library.PQerrorMessage(mine->connection));
        p1lora_pq_close(mine);
        return NULL;
    }
    library.PQsetNoticeReceiver(mine->connection, ignore, NULL);
    return mine;
}

void p1lora_pq_close(struct p1lora_pq *mine) {
    library.PQfinish(mine->connection);
    free(mine);
}

bool p1lora_pq_is_lost(const struct p1lora_pq *mine) { return library.PQstatus(mine->connection) != CONNECTION_OK; }

// Whether the result is of one of two kinds; else the failure is noted. A result of another kind is freed.
static bool is_good(struct p1lora_pq *mine, PGresult *result, ExecStatusType first, ExecStatusType second) {
    ExecStatusType status = library.PQresultStatus(result);
    if (result && (status == first || status == second)) return true;
    const char *state = library.PQresultErrorField(result, PG_DIAG_SQLSTATE);
    snprintf(mine->state, sizeof mine->state, "%s", state ? state : "");
    const char *text = library.PQresultErrorMessage(result);
    note(mine->reason, sizeof mine->reason, text && *text ? text : library.PQerrorMessage(mine->connection));
    library.PQclear(result);
    return false;
}

bool p1lora_pq_run(struct p1lora_pq *mine, const char *sql) {
    PGresult *result = library.PQexec(mine->connection, sql);
    if (!is_good(mine, result, PGRES_COMMAND_OK, PGRES_TUPLES_OK)) return false;
    library.PQclear(result);
    return true;
}

static bool prepare(struct p1lora_pq *mine, const char *name, const char *sql, const Oid *types, int count) {
    for (int index = 0; index < mine->prepared_count; index++)
        if (strcmp(mine->prepared[index], name) == 0) return true;
    PGresult *result = library.PQprepare(mine->connection, name, sql, count, types);
    if (!is_good(mine, result, PGRES_COMMAND_OK, PGRES_COMMAND_OK)) return false;
    library.PQclear(result);
    if (mine->prepared_count < MOST_STATEMENTS)
        snprintf(mine->prepared[mine->prepared_count++], sizeof mine->prepared[0], "%s", name);
    return true;
}

struct p1lora_pq_result *p1lora_pq_query(struct p1lora_pq *mine, const char *name, const char *sql,
                                         const struct p1lora_pq_value *values, int count) {
    const char *bytes[MOST_VALUES];
    int lengths[MOST_VALUES], formats[MOST_VALUES];
    Oid types[MOST_VALUES];
    if (count > MOST_VALUES) {
        note(mine->reason, sizeof mine->reason, "a statement has too many parameters");
        return NULL;
    }
    for (int index = 0; index < count; index++) {
        bytes[index] = (const char *)values[index].bytes;
        lengths[index] = values[index].count;
        formats[index] = 1;
        types[index] = values[index].type;
    }
    if (!prepare(mine, name, sql, types, count)) return NULL;
    PGresult *result = library.PQexecPrepared(mine->connection, name, count, bytes, lengths, formats, 1);
    return is_good(mine, result, PGRES_COMMAND_OK, PGRES_TUPLES_OK) ? (struct p1lora_pq_result *)result : NULL;
}

bool p1lora_pq_copy(struct p1lora_pq *mine, const char *sql, const uint8_t *bytes, size_t count) {
    PGresult *result = library.PQexec(mine->connection, sql);
    if (!is_good(mine, result, PGRES_COPY_IN, PGRES_COPY_IN)) return false;
    library.PQclear(result);
    bool is_sent = true;
    for (size_t place = 0; is_sent && place < count; place += COPY_PIECE) {
        size_t piece = count - place < COPY_PIECE ? count - place : COPY_PIECE;
        is_sent = library.PQputCopyData(mine->connection, (const char *)bytes + place, (int)piece) == 1;
    }
    library.PQputCopyEnd(mine->connection, is_sent ? NULL : "not all could be sent");
    bool is_taken = true;
    while ((result = library.PQgetResult(mine->connection))) {
        if (is_good(mine, result, PGRES_COMMAND_OK, PGRES_COMMAND_OK)) library.PQclear(result);
        else is_taken = false;
    }
    if (!is_sent && is_taken) note(mine->reason, sizeof mine->reason, library.PQerrorMessage(mine->connection));
    return is_sent && is_taken;
}

const char *p1lora_pq_reason(const struct p1lora_pq *mine) { return mine->reason; }
const char *p1lora_pq_state(const struct p1lora_pq *mine) { return mine->state; }

int p1lora_pq_rows(const struct p1lora_pq_result *result) { return library.PQntuples((const PGresult *)result); }

int p1lora_pq_columns(const struct p1lora_pq_result *result) { return library.PQnfields((const PGresult *)result); }

int64_t p1lora_pq_touched(struct p1lora_pq_result *result) {
    return strtoll(library.PQcmdTuples((PGresult *)result), NULL, 10);
}

const uint8_t *p1lora_pq_column(const struct p1lora_pq_result *mine, int row, int column, int *count) {
    const PGresult *result = (const PGresult *)mine;
    *count = 0;
    if (row < 0 || row >= library.PQntuples(result) || column < 0 || column >= library.PQnfields(result)) return NULL;
    if (library.PQgetisnull(result, row, column)) return NULL;
    *count = library.PQgetlength(result, row, column);
    return (const uint8_t *)library.PQgetvalue(result, row, column);
}

void p1lora_pq_free(struct p1lora_pq_result *result) { library.PQclear((PGresult *)result); }
