#define INTERFACE "latin1"
#define UTF16_TAG 0x80000000u
#include "text.h"
