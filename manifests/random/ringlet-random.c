/*
 * 32 unpredictable bits for masking keys (RFC 6455 section 10.3), from the platform's own cryptographic source.
 * Math.irandom is none on most platforms, and gives 31 bits a call where it is one.
 */
#if defined(_WIN32)
#define _CRT_RAND_S
#endif

#include "xsmc.h"
#include "mc.defines.h"

#if defined(MODDEF_RINGLET_RANDOM)
/* The manifest names a function: 32 bits, or 0 when there are none. */
extern uint32_t MODDEF_RINGLET_RANDOM(void);

static uint32_t word(void) {
	return MODDEF_RINGLET_RANDOM();
}
#elif defined(ESP32)
extern uint32_t esp_random(void);

static uint32_t word(void) {
	return esp_random();
}
#elif defined(ESP8266)
/* The hardware's random number register. */
static uint32_t word(void) {
	return *(volatile uint32_t *)0x3FF20E44;
}
#elif defined(__linux__)
#include <sys/random.h>

static uint32_t word(void) {
	uint32_t word;
	return getrandom(&word, sizeof word, 0) == (ssize_t)sizeof word ? word : 0;
}
#elif defined(__APPLE__)
#include <stdlib.h>

static uint32_t word(void) {
	return arc4random();
}
#elif defined(_WIN32)
#include <stdlib.h>

static uint32_t word(void) {
	unsigned int word;
	return rand_s(&word) ? 0 : word;
}
#elif __has_include("pico/rand.h")
#include "pico/rand.h"

static uint32_t word(void) {
	return get_rand_32();
}
#else
#error "ringlet: no random source for this platform is known; see ringlet/manifests/README.md"
#endif

void xs_ringlet_random_word(xsMachine *the) {
	xsmcSetInteger(xsResult, (xsIntegerValue)word());
}
