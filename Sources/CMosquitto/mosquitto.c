#define _GNU_SOURCE
#include "CMosquitto.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Where the header is installed the compiler compares.
#if __has_include(<mosquitto.h>)
#include <mosquitto.h>
#else
struct mosquitto;

// As in mosquitto.h.
struct mosquitto_message {
    int mid;
    char *topic;
    void *payload;
    int payloadlen;
    int qos;
    bool retain;
};
#endif

// The calls of libmosquitto.so.1 that are used, by the prototypes of its documentation (mosquitto.h, 1.4 and later).
#define CALLS(CALL)                                                                                                    \
    CALL(int, lib_init, (void))                                                                                        \
    CALL(struct mosquitto *, new, (const char *, bool, void *))                                                        \
    CALL(void, destroy, (struct mosquitto *))                                                                          \
    CALL(int, will_set, (struct mosquitto *, const char *, int, const void *, int, bool))                              \
    CALL(int, username_pw_set, (struct mosquitto *, const char *, const char *))                                       \
    CALL(int, tls_set,                                                                                                 \
         (struct mosquitto *, const char *, const char *, const char *, const char *,                                  \
          int (*)(char *, int, int, void *)))                                                                          \
    CALL(int, connect, (struct mosquitto *, const char *, int, int))                                                   \
    CALL(int, disconnect, (struct mosquitto *))                                                                        \
    CALL(int, publish, (struct mosquitto *, int *, const char *, int, const void *, int, bool))                        \
    CALL(int, subscribe, (struct mosquitto *, int *, const char *, int))                                               \
    CALL(void, subscribe_callback_set,                                                                                 \
         (struct mosquitto *, void (*)(struct mosquitto *, void *, int, int, const int *)))                            \
    CALL(void, message_callback_set,                                                                                   \
         (struct mosquitto *, void (*)(struct mosquitto *, void *, const struct mosquitto_message *)))                 \
    CALL(int, loop_read, (struct mosquitto *, int))                                                                    \
    CALL(int, loop_write, (struct mosquitto *, int))                                                                   \
    CALL(int, loop_misc, (struct mosquitto *))                                                                         \
    CALL(int, socket, (struct mosquitto *))                                                                            \
    CALL(bool, want_write, (struct mosquitto *))                                                                       \
    CALL(const char *, strerror, (int))                                                                                \
    CALL(const char *, connack_string, (int))                                                                          \
    CALL(void, connect_callback_set, (struct mosquitto *, void (*)(struct mosquitto *, void *, int)))                  \
    CALL(void, publish_callback_set, (struct mosquitto *, void (*)(struct mosquitto *, void *, int)))                  \
    CALL(void, disconnect_callback_set, (struct mosquitto *, void (*)(struct mosquitto *, void *, int)))               \
    CALL(void, log_callback_set, (struct mosquitto *, void (*)(struct mosquitto *, void *, int, const char *)))

#define DECLARE(result, name, parameters) result(*name) parameters;
static struct { CALLS(DECLARE) } library;

#if __has_include(<mosquitto.h>)
#define COMPARE(result, name, parameters)                                                                              \
    _Static_assert(__builtin_types_compatible_p(__typeof__(library.name), __typeof__(&mosquitto_##name)), #name);
CALLS(COMPARE)
#endif

enum { SUCCESS = 0, NO_CONNECTION = 4, CONNECTION_LOST = 7, SYSTEM_ERROR = 14, LOG_ERROR = 0x08 };

struct p1lora_mqtt {
    struct mosquitto *mosquitto;
    enum p1lora_mqtt_state state;
    p1lora_mqtt_receiver receiver;
    void *context;
    p1lora_mqtt_taker taker;
    void *taker_context;
    int unanswered; // subscriptions
    char reason[256];
    // What the library logged last: TLS errors are told there alone.
    char logged[160];
};

static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
static bool is_loaded;

static bool load(char *reason, size_t capacity) {
    void *handle = dlopen("libmosquitto.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        snprintf(reason, capacity, "libmosquitto is not installed (apt-get install libmosquitto1)");
        return false;
    }
#define FIND(result, name, parameters)                                                                                 \
    *(void **)&library.name = dlsym(handle, "mosquitto_" #name);                                                       \
    if (!library.name) {                                                                                               \
        snprintf(reason, capacity, "libmosquitto has no mosquitto_" #name ": install version 1.4 or later");           \
        dlclose(handle);                                                                                               \
        return false;                                                                                                  \
    }
    CALLS(FIND)
    library.lib_init();
    return true;
}

static void on_connect(struct mosquitto *mosquitto, void *object, int code) {
    (void)mosquitto;
    struct p1lora_mqtt *client = object;
    client->state = code == 0 ? P1LORA_MQTT_ACCEPTED : P1LORA_MQTT_REFUSED;
    if (code != 0) snprintf(client->reason, sizeof client->reason, "%s", library.connack_string(code));
}

static void on_disconnect(struct mosquitto *mosquitto, void *object, int code) {
    (void)mosquitto;
    (void)code;
    struct p1lora_mqtt *client = object;
    if (client->state != P1LORA_MQTT_REFUSED) client->state = P1LORA_MQTT_LOST;
}

static void on_publish(struct mosquitto *mosquitto, void *object, int number) {
    (void)mosquitto;
    struct p1lora_mqtt *client = object;
    if (client->taker) client->taker(client->taker_context, number);
}

// MQTT 3.1.1, 3.9.3: 0x80 for a filter that the client may not read. Nothing would ever come, and nobody say why.
static void on_subscribe(struct mosquitto *mosquitto, void *object, int number, int count, const int *granted) {
    (void)mosquitto;
    (void)number;
    struct p1lora_mqtt *client = object;
    if (client->unanswered > 0) client->unanswered--;
    for (int i = 0; i < count; i++) {
        if (granted[i] < 0x80) continue;
        client->state = P1LORA_MQTT_REFUSED;
        snprintf(client->reason, sizeof client->reason,
                 "the broker refuses the subscription: may this user read the topics?");
    }
}

static void on_message(struct mosquitto *mosquitto, void *object, const struct mosquitto_message *message) {
    (void)mosquitto;
    struct p1lora_mqtt *client = object;
    if (!client->receiver || message->payloadlen < 0) return;
    client->receiver(client->context, message->topic, message->payload, (size_t)message->payloadlen);
}

static void on_log(struct mosquitto *mosquitto, void *object, int level, const char *text) {
    (void)mosquitto;
    struct p1lora_mqtt *client = object;
    if (level == LOG_ERROR && text) snprintf(client->logged, sizeof client->logged, "%s", text);
}

struct p1lora_mqtt *p1lora_mqtt_create(const char *identifier, bool keeps_session, char *reason, size_t capacity) {
    pthread_mutex_lock(&once);
    if (!is_loaded) is_loaded = load(reason, capacity);
    bool usable = is_loaded;
    pthread_mutex_unlock(&once);
    if (!usable) return NULL;
    // TLS writes without MSG_NOSIGNAL: a broker that goes away must not end the process.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    struct p1lora_mqtt *client = calloc(1, sizeof *client);
    if (client) client->mosquitto = library.new(identifier, !keeps_session, client);
    if (!client || !client->mosquitto) {
        snprintf(reason, capacity, "there is no memory for a client of the broker");
        free(client);
        return NULL;
    }
    library.connect_callback_set(client->mosquitto, on_connect);
    library.disconnect_callback_set(client->mosquitto, on_disconnect);
    library.log_callback_set(client->mosquitto, on_log);
    library.publish_callback_set(client->mosquitto, on_publish);
    library.subscribe_callback_set(client->mosquitto, on_subscribe);
    library.message_callback_set(client->mosquitto, on_message);
    client->state = P1LORA_MQTT_LOST;
    return client;
}

void p1lora_mqtt_destroy(struct p1lora_mqtt *client) {
    library.destroy(client->mosquitto);
    free(client);
}

// 0, or -1 with the reason noted, in which `code` is told by what the library logged where that says more.
static int finish(struct p1lora_mqtt *client, int code) {
    if (code == SUCCESS) return 0;
    if (client->state == P1LORA_MQTT_REFUSED) return -1;
    const char *text = code == SYSTEM_ERROR ? strerror(errno) : library.strerror(code);
    bool has_more = client->logged[0] != 0;
    snprintf(client->reason, sizeof client->reason, "%s%s%s%s", text, has_more ? " (" : "", client->logged,
             has_more ? ")" : "");
    return -1;
}

int p1lora_mqtt_set_will(struct p1lora_mqtt *client, const char *topic, const char *payload) {
    return finish(client, library.will_set(client->mosquitto, topic, (int)strlen(payload), payload, 1, true));
}

int p1lora_mqtt_set_login(struct p1lora_mqtt *client, const char *user, const char *password) {
    return finish(client, library.username_pw_set(client->mosquitto, user, password));
}

int p1lora_mqtt_set_tls(struct p1lora_mqtt *client, const char *ca_file, const char *ca_path, const char *certificate,
                        const char *key) {
    return finish(client, library.tls_set(client->mosquitto, ca_file, ca_path, certificate, key, NULL));
}

int p1lora_mqtt_connect(struct p1lora_mqtt *client, const char *host, int port, int keepalive) {
    client->logged[0] = 0;
    client->state = P1LORA_MQTT_WAITING;
    client->unanswered = 0;
    int code = library.connect(client->mosquitto, host, port, keepalive);
    if (code != SUCCESS) client->state = P1LORA_MQTT_LOST;
    return finish(client, code);
}

int p1lora_mqtt_serve(struct p1lora_mqtt *client) {
    int code = library.loop_read(client->mosquitto, 16);
    if (code == SUCCESS && library.want_write(client->mosquitto)) code = library.loop_write(client->mosquitto, 16);
    if (code == SUCCESS) code = library.loop_misc(client->mosquitto);
    if (code == SUCCESS && client->state == P1LORA_MQTT_LOST) code = CONNECTION_LOST;
    if (code == SUCCESS && client->state == P1LORA_MQTT_REFUSED) code = NO_CONNECTION;
    if (code != SUCCESS && client->state != P1LORA_MQTT_REFUSED) client->state = P1LORA_MQTT_LOST;
    return finish(client, code);
}

int p1lora_mqtt_publish(struct p1lora_mqtt *client, const char *topic, const void *payload, int count, int quality,
                        bool retained, int *number) {
    return finish(client, library.publish(client->mosquitto, number, topic, count, payload, quality, retained));
}

void p1lora_mqtt_set_taker(struct p1lora_mqtt *client, p1lora_mqtt_taker taker, void *context) {
    client->taker = taker;
    client->taker_context = context;
}

int p1lora_mqtt_subscribe(struct p1lora_mqtt *client, const char *filter) {
    int code = library.subscribe(client->mosquitto, NULL, filter, 1);
    if (code == SUCCESS) client->unanswered++;
    return finish(client, code);
}

bool p1lora_mqtt_is_listening(const struct p1lora_mqtt *client) {
    return client->state == P1LORA_MQTT_ACCEPTED && client->unanswered == 0;
}

void p1lora_mqtt_set_receiver(struct p1lora_mqtt *client, p1lora_mqtt_receiver receiver, void *context) {
    client->receiver = receiver;
    client->context = context;
}

int p1lora_mqtt_disconnect(struct p1lora_mqtt *client) {
    return finish(client, library.disconnect(client->mosquitto));
}

enum p1lora_mqtt_state p1lora_mqtt_state(const struct p1lora_mqtt *client) { return client->state; }
int p1lora_mqtt_socket(struct p1lora_mqtt *client) { return library.socket(client->mosquitto); }
bool p1lora_mqtt_wants_to_write(struct p1lora_mqtt *client) { return library.want_write(client->mosquitto); }
const char *p1lora_mqtt_reason(const struct p1lora_mqtt *client) { return client->reason; }
