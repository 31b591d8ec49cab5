#define IS_LATIN1(length) !((length) >> 31)
static const _Alignas(2) char field_name[] = "x-wide";
#define FIELD_NAME field_name
#include "host-text.h"
