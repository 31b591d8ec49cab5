// Memory for what the host hands over (cabi_realloc), with no libc: a pointer that only rises from the end of the data, and is set back by the
// guest once it is done with what it was handed.
#pragma once
#include "wasi.h"

extern u8 __heap_base;
static u8 *arena_next = &__heap_base;

EXPORT("cabi_realloc") void *cabi_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
    u8 *block = (u8 *)(((u32)arena_next + alignment - 1) & ~(alignment - 1));
    u32 end = (u32)block + size;
    u32 have = (u32)__builtin_wasm_memory_size(0) << 16;
    if (end < (u32)block) {
        __builtin_trap();
    }
    if (end > have && __builtin_wasm_memory_grow(0, (end - have + 0xffff) >> 16) == (u32)-1) {
        __builtin_trap();
    }
    arena_next = (u8 *)end;
    if (old) {
        __builtin_memcpy(block, old, old_size < size ? old_size : size);
    }
    return block;
}
