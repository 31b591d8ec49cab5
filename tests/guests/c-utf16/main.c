#define INTERFACE "utf16"
#define UTF16_TAG 0
#include "text.h"
