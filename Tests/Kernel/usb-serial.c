// An FT232R adapter at the level of USB, by raw-gadget on dummy_hcd: the kernel's own ftdi_sio finds it and makes
// /dev/ttyUSB0. When this program ends, the adapter is unplugged.
// Standard input: the bytes that arrive on the adapter's line. Standard output: a letter, the count of bytes (two,
// little-endian), the bytes: "T" bytes that the adapter sends on its line; "B" 1 or 0, a break begins or ends; "S" how
// the line is set, as text: "115200 8N1".
#include <errno.h>
#include <fcntl.h>
#include <linux/usb/ch9.h>
#include <linux/usb/raw_gadget.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PACKET = 64, INTO_HOST = 0x81, OUT_OF_HOST = 0x02 };
// FTDI's own requests.
enum { SET_BAUD = 3, SET_DATA = 4, GET_MODEM_STATUS = 5, GET_LATENCY = 10 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int device;
static unsigned baud = 9600, setting = 8;

static const struct usb_device_descriptor adapter = {
    .bLength = USB_DT_DEVICE_SIZE, .bDescriptorType = USB_DT_DEVICE, .bcdUSB = 0x0110, .bMaxPacketSize0 = PACKET,
    .idVendor = 0x0403, .idProduct = 0x6001, .bcdDevice = 0x0600, .bNumConfigurations = 1};

// The kernel's struct for endpoints has two bytes that full speed does not send: they are copied without them.
static const struct usb_endpoint_descriptor into = {
    .bLength = USB_DT_ENDPOINT_SIZE, .bDescriptorType = USB_DT_ENDPOINT, .bEndpointAddress = INTO_HOST,
    .bmAttributes = USB_ENDPOINT_XFER_BULK, .wMaxPacketSize = PACKET};
static const struct usb_endpoint_descriptor out_of = {
    .bLength = USB_DT_ENDPOINT_SIZE, .bDescriptorType = USB_DT_ENDPOINT, .bEndpointAddress = OUT_OF_HOST,
    .bmAttributes = USB_ENDPOINT_XFER_BULK, .wMaxPacketSize = PACKET};

struct packet {
    struct usb_raw_ep_io head;
    uint8_t bytes[256];
};

static void put(char kind, const void *bytes, size_t count) {
    unsigned char head[3] = {(unsigned char)kind, (unsigned char)count, (unsigned char)(count >> 8)};
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, count}};
    pthread_mutex_lock(&lock);
    if (writev(1, parts, 2) < 0) exit(1);
    pthread_mutex_unlock(&lock);
}

static void tell_setting(void) {
    char text[40];
    int length = snprintf(text, sizeof text, "%u %u%c%s", baud, setting & 0x7f, "NOEMS"[(setting >> 8 & 7) % 5],
                          setting >> 11 & 3 ? "2" : "1");
    put('S', text, (size_t)length);
}

// Each packet to the host begins with two bytes of modem and line status.
static void *carry_in(void *endpoint) {
    for (;;) {
        struct packet packet = {.head = {.ep = (uint16_t)(intptr_t)endpoint}, .bytes = {0x01, 0x60}};
        ssize_t count = read(0, packet.bytes + 2, PACKET - 2);
        if (count <= 0) exit(0);
        packet.head.length = (uint32_t)count + 2;
        while (ioctl(device, USB_RAW_IOCTL_EP_WRITE, &packet) < 0) usleep(1000);
    }
    return NULL;
}

static void *carry_out(void *endpoint) {
    for (;;) {
        struct packet packet = {.head = {.ep = (uint16_t)(intptr_t)endpoint, .length = PACKET}};
        int count = ioctl(device, USB_RAW_IOCTL_EP_READ, &packet);
        if (count > 0) put('T', packet.bytes, (size_t)count); else usleep(1000);
    }
    return NULL;
}

static void answer(const void *bytes, size_t count, unsigned limit) {
    struct packet packet = {.head = {.length = (uint32_t)(count < limit ? count : limit)}};
    memcpy(packet.bytes, bytes, packet.head.length);
    ioctl(device, USB_RAW_IOCTL_EP0_WRITE, &packet);
}

static void acknowledge(void) {
    struct packet packet = {0};
    ioctl(device, USB_RAW_IOCTL_EP0_READ, &packet);
}

static void describe(unsigned kind, unsigned limit) {
    uint8_t whole[USB_DT_CONFIG_SIZE + USB_DT_INTERFACE_SIZE + 2 * USB_DT_ENDPOINT_SIZE] = {
        USB_DT_CONFIG_SIZE, USB_DT_CONFIG, sizeof whole, 0, 1, 1, 0, 0xa0, 45,
        USB_DT_INTERFACE_SIZE, USB_DT_INTERFACE, 0, 0, 2, 0xff, 0xff, 0xff, 0};
    memcpy(whole + USB_DT_CONFIG_SIZE + USB_DT_INTERFACE_SIZE, &into, USB_DT_ENDPOINT_SIZE);
    memcpy(whole + sizeof whole - USB_DT_ENDPOINT_SIZE, &out_of, USB_DT_ENDPOINT_SIZE);
    if (kind == USB_DT_DEVICE) {
        answer(&adapter, sizeof adapter, limit);
    } else if (kind == USB_DT_CONFIG) {
        answer(whole, sizeof whole, limit);
    } else {
        ioctl(device, USB_RAW_IOCTL_EP0_STALL, 0);
    }
}

static void configure(void) {
    static int is_configured;
    if (!is_configured++) {
        pthread_t thread;
        intptr_t in = ioctl(device, USB_RAW_IOCTL_EP_ENABLE, &into), out = ioctl(device, USB_RAW_IOCTL_EP_ENABLE, &out_of);
        ioctl(device, USB_RAW_IOCTL_CONFIGURE, 0);
        pthread_create(&thread, NULL, carry_in, (void *)in);
        pthread_create(&thread, NULL, carry_out, (void *)out);
    }
    acknowledge();
}

// Thirds of a megahertz by a divisor whose fraction is coded in three bits.
static unsigned rate(unsigned value, unsigned index) {
    static const unsigned eighths[] = {0, 4, 2, 1, 3, 5, 6, 7};
    unsigned divisor = (value & 0x3fff) * 8 + eighths[value >> 14 | (index & 1) << 2];
    return divisor <= 1 * 8 ? 3000000 : (3000000u * 8 + divisor / 2) / divisor;
}

static void obey(const struct usb_ctrlrequest *request) {
    static uint8_t is_broken;
    if (request->bRequest == SET_BAUD) {
        baud = rate(request->wValue, request->wIndex);
        // The nearest divisor is seldom exact.
        static const unsigned usual[] = {9600, 57600, 115200};
        for (unsigned i = 0; i < 3; i++) {
            if (baud > usual[i] - usual[i] / 100 && baud < usual[i] + usual[i] / 100) baud = usual[i];
        }
        tell_setting();
    } else if (request->bRequest == SET_DATA) {
        uint8_t breaks = request->wValue >> 14 & 1;
        if (breaks != is_broken) put('B', &breaks, 1);
        is_broken = breaks;
        if (setting != (request->wValue & 0x3fffu)) {
            setting = request->wValue & 0x3fff;
            tell_setting();
        }
    }
    static const uint8_t status[2] = {0x01, 0x60}, latency = 1, nothing[PACKET];
    if (!(request->bRequestType & USB_DIR_IN)) acknowledge();
    else if (request->bRequest == GET_MODEM_STATUS) answer(status, sizeof status, request->wLength);
    else if (request->bRequest == GET_LATENCY) answer(&latency, 1, request->wLength);
    else answer(nothing, sizeof nothing, request->wLength);
}

int main(void) {
    struct usb_raw_init start = {.driver_name = "dummy_udc", .device_name = "dummy_udc.0", .speed = USB_SPEED_FULL};
    device = open("/dev/raw-gadget", O_RDWR);
    if (device < 0 || ioctl(device, USB_RAW_IOCTL_INIT, &start) < 0 || ioctl(device, USB_RAW_IOCTL_RUN, 0) < 0) {
        perror("raw-gadget");
        return 1;
    }
    for (;;) {
        struct {
            struct usb_raw_event head;
            struct usb_ctrlrequest request;
        } event = {.head = {.length = sizeof event.request}};
        if (ioctl(device, USB_RAW_IOCTL_EVENT_FETCH, &event) < 0 && errno != EINTR) return 1;
        if (event.head.type != USB_RAW_EVENT_CONTROL) continue;
        if (event.request.bRequestType & USB_TYPE_MASK) obey(&event.request);
        else if (event.request.bRequest == USB_REQ_GET_DESCRIPTOR) {
            describe(event.request.wValue >> 8, event.request.wLength);
        } else if (event.request.bRequest == USB_REQ_SET_CONFIGURATION) configure();
        else if (event.request.bRequestType & USB_DIR_IN) answer("\0", 2, event.request.wLength);
        else acknowledge();
    }
}
