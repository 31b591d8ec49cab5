// Strings as another component passes them, in the encoding of this one: back as they came, counted, and made of code units.
#include "arena.h"

#define TEXT_EXPORT(name) EXPORT("test:text/" INTERFACE "#" name)

typedef struct { void *items; u32 length; } list;

static list given;

static list *same(void *items, u32 length) {
    given = (list){ items, length };
    return &given;
}

TEXT_EXPORT("text") list *text(void *items, u32 length) { return same(items, length); }
TEXT_EXPORT("texts") list *texts(void *items, u32 length) { return same(items, length); }
TEXT_EXPORT("units") u32 units(void *items, u32 length) { return length; }
TEXT_EXPORT("of-units") list *of_units(void *items, u32 length) { return same(items, length | UTF16_TAG); }
