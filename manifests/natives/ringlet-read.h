/*
 * How octets are read that may lie in flash. A preloaded module's buffers and strings do, and an ESP8266 reads flash by whole
 * words only: XS has a function for it there.
 */
#ifndef RINGLET_READ
#define RINGLET_READ

#if defined(ESP8266)
#include "xsPlatform.h"
#define READ(AT) c_read8(AT)
#define COPY c_memcpy
#else
#include <stdint.h>
#define READ(AT) (*(const uint8_t *)(AT))
#define COPY memcpy
#endif

#endif
