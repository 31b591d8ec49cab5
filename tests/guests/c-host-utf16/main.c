#define IS_LATIN1(length) 0
#define FIELD_NAME u"x-wide"
#include "host-text.h"
