"""The network server's side of the smoke test: writes a join-accept, and checks what was sent.

network.py accept FILE   writes the join-accept that answers any join-request (LoRaWAN 1.0: it does not depend on it)
network.py check LOG     prints each frame in the log of spidev-sx1276, its integrity and its payload in clear
"""
import re
import struct
import sys

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

APP_KEY = bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3C")
JOIN_NONCE, NET_ID, DEV_ADDR = b"\x01\x02\x03", b"\x13\x00\x00", struct.pack("<I", 0x26011234)


def aes(key, decrypt=False):
    cipher = Cipher(algorithms.AES(key), modes.ECB())
    return (cipher.decryptor() if decrypt else cipher.encryptor()).update


def code(key, message):
    cmac = CMAC(algorithms.AES(key))
    cmac.update(message)
    return cmac.finalize()[:4]


def join_accept():
    # DLSettings 0: RX1 offset 0, RX2 at DR0; RxDelay 1 s. The server encrypts by decrypting (TS001 6.2.3).
    body = JOIN_NONCE + NET_ID + DEV_ADDR + b"\x00\x01"
    return b"\x20" + aes(APP_KEY, decrypt=True)(body + code(APP_KEY, b"\x20" + body))


def block(kind, frame, last):
    return bytes([kind, 0, 0, 0, 0, 0]) + frame[1:5] + frame[6:8] + bytes([0, 0, 0, last])


def check(frames):
    network = application = bytes(16)
    for frame in frames:
        message, tag = frame[:-4], frame[-4:]
        if frame[0] == 0x00:
            seed = JOIN_NONCE + NET_ID + frame[17:19] + bytes(7)
            network, application = aes(APP_KEY)(b"\x01" + seed), aes(APP_KEY)(b"\x02" + seed)
            verdict = "valid" if code(APP_KEY, message) == tag else "WRONG"
            print(f"join-request {verdict} nonce {int.from_bytes(frame[17:19], 'little')}")
            continue
        verdict = "valid" if code(network, block(0x49, frame, len(message)) + message) == tag else "WRONG"
        port_at = 8 + (frame[5] & 15)
        secret = message[port_at + 1:]
        stream = b"".join(aes(application)(block(1, frame, i + 1)) for i in range((len(secret) + 15) // 16))
        clear = bytes(a ^ b for a, b in zip(secret, stream))
        counter = int.from_bytes(frame[6:8], "little")
        print(f"uplink {verdict} counter {counter} port {message[port_at:port_at + 1].hex()} payload {clear.hex()}")


if sys.argv[1] == "accept":
    with open(sys.argv[2], "wb") as file:
        file.write(join_accept())
else:
    with open(sys.argv[2]) as file:
        check([bytes.fromhex(text) for text in re.findall(r"payload=([0-9a-f]+)", file.read())])
