/*
 * 32 unpredictable bits for masking keys (RFC 6455 section 10.3), where Math.irandom is the C library's rand.
 */
#include "xsmc.h"

#if defined(__linux__)
#include <sys/random.h>

static int fill(uint32_t *word) {
	return getrandom(word, sizeof *word, 0) == (ssize_t)sizeof *word;
}
#elif __has_include("pico/rand.h")
#include "pico/rand.h"

static int fill(uint32_t *word) {
	*word = get_rand_32();
	return 1;
}
#else
#error "no random source for this platform: map ringlet/random to one"
#endif

void xs_ringlet_random_word(xsMachine *the) {
	uint32_t word;
	if (!fill(&word)) word = 0;
	xsmcSetInteger(xsResult, (xsIntegerValue)word);
}
