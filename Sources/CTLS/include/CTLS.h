#ifndef P1LORA_CTLS_H
#define P1LORA_CTLS_H

// The client's side of TLS, by OpenSSL's libssl, which is taken in when the first secure address is configured.

#include <stddef.h>

struct p1lora_tls;

enum p1lora_tls_outcome {
    P1LORA_TLS_DONE,
    P1LORA_TLS_WANTS_READ,   // to be called again when the socket is readable
    P1LORA_TLS_WANTS_WRITE,  // or writable
    P1LORA_TLS_ENDED,        // the peer has closed
    P1LORA_TLS_FAILED,       // with p1lora_tls_reason()
};

// For a connected socket that does not block, which stays the caller's. NULL with a sentence in `reason` when libssl is not
// installed or `authorities` can't be read: a file in PEM, or NULL for those that the system believes. The calling thread,
// which is to make all other calls, has SIGPIPE blocked from here on.
struct p1lora_tls *p1lora_tls_open(int socket, const char *host, const char *authorities, char *reason, size_t capacity);
void p1lora_tls_close(struct p1lora_tls *tls);

// The certificate has to be of `host`, a name or an address.
enum p1lora_tls_outcome p1lora_tls_handshake(struct p1lora_tls *tls);
enum p1lora_tls_outcome p1lora_tls_read(struct p1lora_tls *tls, void *buffer, size_t capacity, size_t *count);
enum p1lora_tls_outcome p1lora_tls_write(struct p1lora_tls *tls, const void *bytes, size_t size, size_t *count);
const char *p1lora_tls_reason(const struct p1lora_tls *tls);

#endif
