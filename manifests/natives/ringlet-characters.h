/*
 * The characters of a head, for ringlet-head.c and ringlet-grammar.c. Sets of them have a bit for each of ASCII: words, since an
 * ESP8266 reads flash by whole words only.
 */
#ifndef RINGLET_CHARACTERS
#define RINGLET_CHARACTERS

#include <stddef.h>
#include <stdint.h>

typedef const uint32_t RingletSet[4];

int ringletIsIn(RingletSet set, int c);

/* Whether `c` may stand in a token: RFC 9110 section 5.6.2. */
int ringletIsToken(int c);

/* A letter of ASCII in lower case, and everything else as it is. */
int ringletLower(int c);

/* Behind `name`, which is in lower case, at the beginning of `text`, in any letter case; NULL if that begins otherwise. */
const char *ringletSkipName(const char *text, const char *name);

#endif
