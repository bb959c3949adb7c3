#ifndef P1LORA_CBUILD_H
#define P1LORA_CBUILD_H

// The commit that a package was made of, which Package.swift takes from the environment (P1LORA_COMMIT); empty in other builds.

#ifndef P1LORA_COMMIT
#define P1LORA_COMMIT ""
#endif

static const char *const p1lora_commit = P1LORA_COMMIT;

#endif
