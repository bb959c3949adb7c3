#ifndef P1LORA_CBUILD_H
#define P1LORA_CBUILD_H

// The commit that a package was made of, which Package.swift takes from the environment (P1LORA_COMMIT); empty in other builds.
const char *p1lora_commit(void);

#endif
