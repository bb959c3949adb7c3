#!/usr/bin/env python3
"""meter.py SOCKET: a Luxembourgish smart meter on a serial line: an encrypted telegram each ten seconds (Luxmetering 3.2.5).

The key is 000102...0F. The frame counter begins with the time, as that of a meter that goes on counting."""

import ctypes, ctypes.util, socket, sys, time

KEY = bytes(range(16))
AUTHENTICATION_KEY = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
TITLE = b"SAG\x05\x00\x00\x30\x39"
crypto = ctypes.CDLL(ctypes.util.find_library("crypto"))
crypto.EVP_aes_128_gcm.restype = crypto.EVP_CIPHER_CTX_new.restype = ctypes.c_void_p


def seal(plain, nonce, additional):
    """AES-128-GCM with a tag of 12 bytes."""
    context = ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new())
    out, length, tag = ctypes.create_string_buffer(len(plain)), ctypes.c_int(), ctypes.create_string_buffer(12)
    crypto.EVP_EncryptInit_ex(context, ctypes.c_void_p(crypto.EVP_aes_128_gcm()), None, KEY, nonce)
    crypto.EVP_EncryptUpdate(context, None, ctypes.byref(length), additional, len(additional))
    crypto.EVP_EncryptUpdate(context, out, ctypes.byref(length), plain, len(plain))
    crypto.EVP_EncryptFinal_ex(context, None, ctypes.byref(length))
    crypto.EVP_CIPHER_CTX_ctrl(context, 0x10, 12, tag)
    crypto.EVP_CIPHER_CTX_free(context)
    return out.raw + tag.raw


def crc(text):
    value = 0
    for byte in text:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


def telegram(count):
    now = time.gmtime(time.time() + 3600)
    text = (
        "/Lux5\\253663629_D\r\n\r\n1-3:0.2.8(42)\r\n0-0:1.0.0(%sW)\r\n1-0:1.8.0(%010.3f*kWh)\r\n1-0:2.8.0(000017.250*kWh)\r\n"
        "1-0:1.7.0(00.360*kW)\r\n1-0:2.7.0(00.000*kW)\r\n!" % (time.strftime("%y%m%d%H%M%S", now), 4711 + count * 0.001)
    ).encode()
    return text + b"%04X\r\n" % crc(text)


def frame(count, counter):
    number = counter.to_bytes(4, "big")
    sealed = seal(telegram(count), TITLE + number, b"\x30" + AUTHENTICATION_KEY)
    return b"\xdb\x08" + TITLE + b"\x82" + (5 + len(sealed)).to_bytes(2, "big") + b"\x30" + number + sealed


def main():
    line = None
    while line is None:
        try:
            line = socket.socket(socket.AF_UNIX)
            line.connect(sys.argv[1])
        except OSError:
            line = None
            time.sleep(0.5)
    first = int(time.time())
    for count in range(1_000_000):
        try:
            line.sendall(frame(count, first + count))
        except OSError:
            return
        time.sleep(10)


main()
