// What a component gives that another one calls: values of every type back as they came, resources of its own, and what a callee can do wrong.
#include "arena.h"
#include "http.h"

#define VALUES(name) EXPORT("test:values/values#" name)
#define HANDLES(name) EXPORT("test:values/handles#" name)
#define OWN(function) __attribute__((import_module("[export]test:values/handles"), import_name(function)))

typedef struct { void *items; u32 length; } list;

static list given;
static u32 post_returns;

static list *same(void *items, u32 length) {
    given = (list){ items, length };
    return &given;
}

static void give_back(void) {
    post_returns++;
    arena_next = &__heap_base;
}

VALUES("list-scalars") list *list_scalars(void *items, u32 length) { return same(items, length); }
VALUES("list-deep") list *list_deep(void *items, u32 length) { return same(items, length); }
VALUES("list-numbers") list *list_numbers(void *items, u32 length) { return same(items, length); }
VALUES("list-flags") list *list_flags(void *items, u32 length) { return same(items, length); }
EXPORT("cabi_post_test:values/values#list-deep") void list_deep_post(list *result) { MUST(result == &given); give_back(); }

typedef struct { u8 kind; union { float circle; u64 count; list name; u16 marked; }; } shape;
typedef struct { u8 is_some, a; shape shape; u8 color; } spread_result;

// shape's payload flattens to an i64, which joins f32, u64, a pointer and flags, and an i32 for the length.
VALUES("spread") spread_result *spread(u32 is_some, u32 a, u32 kind, u64 payload, u32 length, u32 color) {
    static spread_result result;
    result.is_some = is_some;
    result.a = a;
    result.shape.kind = kind;
    result.color = color;
    switch (kind) {
        case 0: *(u32 *)&result.shape.circle = (u32)payload; break;
        case 1: result.shape.count = payload; break;
        case 2: result.shape.name = (list){ (void *)(u32)payload, length }; break;
        case 3: result.shape.marked = payload; break;
    }
    return &result;
}

// So many parameters come through memory, laid out as the result is.
VALUES("many") void *many(void *parameters) { return parameters; }
VALUES("real") double real(double value) { return value; }

VALUES("dirty") u32 dirty(u32 value) { return value ^ 0x5a5a5a00; }
VALUES("dirty-bool") u32 dirty_bool(void) { return 0x100; }
VALUES("as-color") u32 as_color(u32 value) { return value; }
VALUES("as-char") u32 as_char(u32 value) { return value; }
VALUES("as-text") list *as_text(void *items, u32 length) { return same(items, length); }
VALUES("at") list *at(u32 pointer, u32 length) { return same((void *)pointer, length); }
VALUES("post-returns") u32 post_return_count(void) { return post_returns; }
VALUES("fail") void fail(void) { __builtin_trap(); }

IMPORT("io/poll", "[method]pollable.ready") int pollable_ready(handle);

static handle late;
VALUES("leave-late") list *leave_late(void) { return same(0, 0); }
EXPORT("cabi_post_test:values/values#leave-late") void leave_late_post(list *result) { pollable_ready(late); }

HANDLES("ready") int ready(handle pollable, int drop) {
    int is_ready = pollable_ready(pollable);
    if (drop) {
        pollable_drop(pollable);
    }
    return is_ready;
}

HANDLES("hold") handle hold(handle pollable) { return pollable; }

HANDLES("swap") handle swap(handle lent, handle owned) {
    pollable_drop(lent);
    return owned;
}

// A counter's number is its place here; its destructor frees the place.
#define COUNTERS 64
static struct { u8 is_used; u32 value; } counters[COUNTERS];
static u32 counters_alive;

OWN("[resource-new]counter") handle counter_new(u32 representation);
OWN("[resource-rep]counter") u32 counter_rep(handle);
OWN("[resource-drop]counter") void counter_drop(handle);

HANDLES("[constructor]counter") handle counter_constructor(u32 start) {
    for (u32 i = 0; i < COUNTERS; i++) {
        if (!counters[i].is_used) {
            counters[i].is_used = 1;
            counters[i].value = start;
            counters_alive++;
            return counter_new(i);
        }
    }
    __builtin_trap();
}

HANDLES("[dtor]counter") void counter_destructor(u32 counter) {
    MUST(counters[counter].is_used);
    counters[counter].is_used = 0;
    counters_alive--;
}

// Its own resources come to it as their numbers when they are lent, as handles when they are given.
HANDLES("[method]counter.next") u32 counter_next(u32 counter) { return counters[counter].value++; }

HANDLES("[static]counter.take") u32 counter_take(handle counter) {
    u32 value = counters[counter_rep(counter)].value;
    counter_drop(counter);
    return value;
}

HANDLES("[static]counter.total") u32 counter_total(u32 *items, u32 length) {
    u32 sum = 0;
    for (u32 i = 0; i < length; i++) {
        sum += counters[items[i]].value;
    }
    return sum;
}

HANDLES("[static]counter.pass") handle counter_pass(handle counter) { return counter; }
HANDLES("alive") u32 alive(void) { return counters_alive; }
