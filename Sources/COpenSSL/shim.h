#ifndef P1LORA_COPENSSL_H
#define P1LORA_COPENSSL_H

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

// The parameter list keeps the pointer to the cipher's name: built in C, where the literal outlives the call.
static inline int p1lora_cmac_init_aes128(EVP_MAC_CTX *context, const unsigned char *key) {
    OSSL_PARAM parameters[2] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, (char *)"AES-128-CBC", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_init(context, key, 16, parameters);
}

#endif
