#include "CBuild.h"

#ifndef P1LORA_COMMIT
#define P1LORA_COMMIT ""
#endif

const char *p1lora_commit(void) { return P1LORA_COMMIT; }
