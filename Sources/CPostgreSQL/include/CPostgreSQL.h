#ifndef P1LORA_CPOSTGRESQL_H
#define P1LORA_CPOSTGRESQL_H

// libpq, taken in when a database is configured and not before: where it is not installed all else works.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct p1lora_pq;
struct p1lora_pq_result;

// A parameter in PostgreSQL's binary form; `bytes` is NULL for SQL's NULL.
struct p1lora_pq_value {
    uint32_t type;  // its OID
    const uint8_t *bytes;
    int32_t count;
};

// Connects, and waits for it at most as long as the URL's connect_timeout says, or 10 s. NULL with a sentence in `reason`
// when the library is not installed or the server does not take the connection. `password` may be NULL.
struct p1lora_pq *p1lora_pq_connect(const char *url, const char *password, char *reason, size_t capacity);
void p1lora_pq_close(struct p1lora_pq *connection);
// Of no use any more: to be closed, and opened anew.
bool p1lora_pq_is_lost(const struct p1lora_pq *connection);

// Several statements without parameters or results.
// These are NULL or false on failure, with p1lora_pq_reason() and p1lora_pq_state() set.
bool p1lora_pq_run(struct p1lora_pq *connection, const char *sql);
// One statement; results are in binary form. It is prepared once for each `name`.
struct p1lora_pq_result *p1lora_pq_query(struct p1lora_pq *connection, const char *name, const char *sql,
                                         const struct p1lora_pq_value *values, int count);
// `sql` is a COPY ... FROM STDIN (FORMAT binary).
bool p1lora_pq_copy(struct p1lora_pq *connection, const char *sql, const uint8_t *bytes, size_t count);

const char *p1lora_pq_reason(const struct p1lora_pq *connection);
// SQLSTATE, five characters; empty where the server did not say one.
const char *p1lora_pq_state(const struct p1lora_pq *connection);

int p1lora_pq_rows(const struct p1lora_pq_result *result);
int p1lora_pq_columns(const struct p1lora_pq_result *result);
// Rows that an INSERT, UPDATE or DELETE touched.
int64_t p1lora_pq_touched(struct p1lora_pq_result *result);
// NULL for SQL's NULL, and where there is no such place. It is there until the result is freed.
const uint8_t *p1lora_pq_column(const struct p1lora_pq_result *result, int row, int column, int *count);
void p1lora_pq_free(struct p1lora_pq_result *result);

#endif
