#ifndef P1LORA_CMOSQUITTO_H
#define P1LORA_CMOSQUITTO_H

// libmosquitto, taken in when a broker is configured and not before: where it is not installed all else works, and one
// program serves both kinds of machine.

#include <stdbool.h>
#include <stddef.h>

struct p1lora_mqtt;

enum p1lora_mqtt_state {
    P1LORA_MQTT_WAITING,  // for the broker's CONNACK
    P1LORA_MQTT_ACCEPTED,
    P1LORA_MQTT_REFUSED,
    P1LORA_MQTT_LOST,
};

// What comes of a subscription; called from p1lora_mqtt_serve. All is gone when it returns.
typedef void (*p1lora_mqtt_receiver)(void *context, const char *topic, const void *payload, size_t count);

// A client; NULL when the library is not installed, is no libmosquitto, or has no memory; why is in `reason`.
// The calling thread, which is to make all other calls, has SIGPIPE blocked from here on.
// `keeps_session`: the broker keeps subscriptions, and what comes for them, while the client is away.
struct p1lora_mqtt *p1lora_mqtt_create(const char *identifier, bool keeps_session, char *reason, size_t capacity);
void p1lora_mqtt_destroy(struct p1lora_mqtt *client);

// These return 0, or -1 with ..._reason() set. All are for one thread.
int p1lora_mqtt_set_will(struct p1lora_mqtt *client, const char *topic, const char *payload);
int p1lora_mqtt_set_login(struct p1lora_mqtt *client, const char *user, const char *password);
// The broker must show a certificate for its name from one of the authorities in `ca_file`, or in the folder `ca_path`.
// The client shows a certificate of its own where there is one: both of its files, or neither.
int p1lora_mqtt_set_tls(struct p1lora_mqtt *client, const char *ca_file, const char *ca_path, const char *certificate,
                        const char *key);
// Waits for the name server and the peer.
int p1lora_mqtt_connect(struct p1lora_mqtt *client, const char *host, int port, int keepalive);
// Takes what has come, sends what waits, and keeps the connection alive: to be called at least once in `keepalive` / 2.
int p1lora_mqtt_serve(struct p1lora_mqtt *client);
// Retained, or not; at most once (`quality` 0) or at least once (1).
int p1lora_mqtt_publish(struct p1lora_mqtt *client, const char *topic, const void *payload, int count, int quality,
                        bool retained, int *number);
// Messages of such topics, at least once, go to the receiver.
int p1lora_mqtt_subscribe(struct p1lora_mqtt *client, const char *filter);
// Whether the broker has granted all subscriptions of this connection; one that it refuses ends it.
bool p1lora_mqtt_is_listening(const struct p1lora_mqtt *client);
// By the number that p1lora_mqtt_publish gave it: a message of quality 1 that the broker has. Called from p1lora_mqtt_serve.
typedef void (*p1lora_mqtt_taker)(void *context, int number);
void p1lora_mqtt_set_taker(struct p1lora_mqtt *client, p1lora_mqtt_taker taker, void *context);
void p1lora_mqtt_set_receiver(struct p1lora_mqtt *client, p1lora_mqtt_receiver receiver, void *context);
int p1lora_mqtt_disconnect(struct p1lora_mqtt *client);

enum p1lora_mqtt_state p1lora_mqtt_state(const struct p1lora_mqtt *client);
// The descriptor to wait for, or -1.
int p1lora_mqtt_socket(struct p1lora_mqtt *client);
bool p1lora_mqtt_wants_to_write(struct p1lora_mqtt *client);
const char *p1lora_mqtt_reason(const struct p1lora_mqtt *client);

#endif
