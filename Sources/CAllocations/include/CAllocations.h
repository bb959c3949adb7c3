#ifndef P1LORA_CALLOCATIONS_H
#define P1LORA_CALLOCATIONS_H

// Counts the blocks of memory that this program asks for: linked into the benchmarks only, where it stands before glibc's.

#include <stdint.h>

uint64_t p1lora_allocations(void);

#endif
