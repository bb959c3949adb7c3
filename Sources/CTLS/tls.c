#define _GNU_SOURCE
#include "CTLS.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The calls that are used; the header's prototypes are theirs.
#define CALLS(CALL)                                                                                                    \
    CALL(TLS_client_method)                                                                                            \
    CALL(SSL_CTX_new)                                                                                                  \
    CALL(SSL_CTX_free)                                                                                                 \
    CALL(SSL_CTX_ctrl)                                                                                                 \
    CALL(SSL_CTX_set_verify)                                                                                           \
    CALL(SSL_CTX_set_default_verify_paths)                                                                             \
    CALL(SSL_CTX_load_verify_locations)                                                                                \
    CALL(SSL_new)                                                                                                      \
    CALL(SSL_free)                                                                                                     \
    CALL(SSL_ctrl)                                                                                                     \
    CALL(SSL_set_fd)                                                                                                   \
    CALL(SSL_set1_host)                                                                                                \
    CALL(SSL_get0_param)                                                                                               \
    CALL(SSL_connect)                                                                                                  \
    CALL(SSL_read_ex)                                                                                                  \
    CALL(SSL_write_ex)                                                                                                 \
    CALL(SSL_shutdown)                                                                                                 \
    CALL(SSL_get_error)                                                                                                \
    CALL(SSL_get_verify_result)                                                                                        \
    CALL(X509_VERIFY_PARAM_set1_ip_asc)                                                                                \
    CALL(X509_verify_cert_error_string)                                                                                \
    CALL(ERR_clear_error)                                                                                              \
    CALL(ERR_get_error)                                                                                                \
    CALL(ERR_reason_error_string)

#define DECLARE(name) __typeof__(&name) name;
static struct { CALLS(DECLARE) } library;

struct p1lora_tls {
    SSL_CTX *context;
    SSL *connection;
    char reason[192];
};

static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
static bool is_loaded;

static bool load(char *reason, size_t capacity) {
    void *handle = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        snprintf(reason, capacity, "libssl is not installed (apt-get install libssl3)");
        return false;
    }
#define FIND(name)                                                                                                     \
    *(void **)&library.name = dlsym(handle, #name);                                                                    \
    if (!library.name) {                                                                                               \
        snprintf(reason, capacity, "libssl has no " #name ": install OpenSSL 3");                                      \
        dlclose(handle);                                                                                               \
        return false;                                                                                                  \
    }
    CALLS(FIND)
    return true;
}

static void note(struct p1lora_tls *tls) {
    long verdict = library.SSL_get_verify_result(tls->connection);
    unsigned long code = library.ERR_get_error();
    const char *text = code ? library.ERR_reason_error_string(code) : NULL;
    if (verdict != X509_V_OK)
        snprintf(tls->reason, sizeof tls->reason, "the certificate is not believed: %s",
                 library.X509_verify_cert_error_string(verdict));
    else
        snprintf(tls->reason, sizeof tls->reason, "TLS: %s", text ? text : "the peer has closed the connection");
}

static bool expect(struct p1lora_tls *tls, const char *host) {
    unsigned char address[16];
    bool is_address = inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
    // RFC 6066: a name alone is told to the server.
    if (is_address)
        return library.X509_VERIFY_PARAM_set1_ip_asc(library.SSL_get0_param(tls->connection), host) == 1;
    return library.SSL_set1_host(tls->connection, host) == 1 &&
           library.SSL_ctrl(tls->connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, (void *)host) == 1;
}

static bool prepare(struct p1lora_tls *tls, int socket, const char *host, const char *authorities, char *reason,
                    size_t capacity) {
    snprintf(reason, capacity, "TLS can't be begun");
    tls->context = library.SSL_CTX_new(library.TLS_client_method());
    if (!tls->context) return false;
    library.SSL_CTX_ctrl(tls->context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);
    library.SSL_CTX_ctrl(tls->context, SSL_CTRL_MODE,
                         SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, NULL);
    library.SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
    bool believed = authorities ? library.SSL_CTX_load_verify_locations(tls->context, authorities, NULL) == 1
                                : library.SSL_CTX_set_default_verify_paths(tls->context) == 1;
    if (!believed) {
        snprintf(reason, capacity, "the authorities can't be read (%s)", authorities ? authorities : "the system's");
        return false;
    }
    tls->connection = library.SSL_new(tls->context);
    return tls->connection && library.SSL_set_fd(tls->connection, socket) == 1 && expect(tls, host);
}

struct p1lora_tls *p1lora_tls_open(int socket, const char *host, const char *authorities, char *reason,
                                   size_t capacity) {
    pthread_mutex_lock(&once);
    if (!is_loaded) is_loaded = load(reason, capacity);
    bool usable = is_loaded;
    pthread_mutex_unlock(&once);
    if (!usable) return NULL;
    // OpenSSL writes without MSG_NOSIGNAL: a server that goes away must not end the process.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    struct p1lora_tls *tls = calloc(1, sizeof *tls);
    if (!tls) {
        snprintf(reason, capacity, "there is no memory for a connection");
        return NULL;
    }
    library.ERR_clear_error();
    if (prepare(tls, socket, host, authorities, reason, capacity)) return tls;
    p1lora_tls_close(tls);
    return NULL;
}

void p1lora_tls_close(struct p1lora_tls *tls) {
    if (tls->connection) {
        library.SSL_shutdown(tls->connection);
        library.SSL_free(tls->connection);
    }
    if (tls->context) library.SSL_CTX_free(tls->context);
    library.ERR_clear_error();
    free(tls);
}

static enum p1lora_tls_outcome outcome(struct p1lora_tls *tls, int result) {
    if (result > 0) return P1LORA_TLS_DONE;
    switch (library.SSL_get_error(tls->connection, result)) {
        case SSL_ERROR_WANT_READ: return P1LORA_TLS_WANTS_READ;
        case SSL_ERROR_WANT_WRITE: return P1LORA_TLS_WANTS_WRITE;
        case SSL_ERROR_ZERO_RETURN: return P1LORA_TLS_ENDED;
        default: note(tls); return P1LORA_TLS_FAILED;
    }
}

enum p1lora_tls_outcome p1lora_tls_handshake(struct p1lora_tls *tls) {
    library.ERR_clear_error();
    return outcome(tls, library.SSL_connect(tls->connection));
}

enum p1lora_tls_outcome p1lora_tls_read(struct p1lora_tls *tls, void *buffer, size_t capacity, size_t *count) {
    library.ERR_clear_error();
    return outcome(tls, library.SSL_read_ex(tls->connection, buffer, capacity, count));
}

enum p1lora_tls_outcome p1lora_tls_write(struct p1lora_tls *tls, const void *bytes, size_t size, size_t *count) {
    library.ERR_clear_error();
    return outcome(tls, library.SSL_write_ex(tls->connection, bytes, size, count));
}

const char *p1lora_tls_reason(const struct p1lora_tls *tls) { return tls->reason; }
