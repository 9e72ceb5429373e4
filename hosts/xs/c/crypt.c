/*
 * What the opening handshake takes of Moddable's `crypt` and `base64`: the class Digest, for SHA-1 (RFC 3174) only, and
 * base64 with padding (RFC 4648 section 4). Data are byte buffers, or strings, which count as UTF-8.
 */
#include "xsmc.h"

#include "host.h"

enum { BLOCK = 64, DIGEST = 20 };

typedef struct {
  uint32_t state[DIGEST / 4];
  uint64_t length; /* octets so far; as many as do not fill a block are in it */
  uint8_t block[BLOCK];
} Sha1;

static const Sha1 start = {{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}, 0, {0}};

static inline uint32_t rotate(uint32_t word, int count) {
  return word << count | word >> (32 - count);
}

static void hashBlock(Sha1 *sha) {
  uint32_t w[80], a = sha->state[0], b = sha->state[1], c = sha->state[2], d = sha->state[3], e = sha->state[4];
  int t;
  for (t = 0; t < 80; t++) {
    const uint8_t *octets = sha->block + 4 * t;
    uint32_t f, next;
    w[t] = t < 16 ? (uint32_t)octets[0] << 24 | octets[1] << 16 | octets[2] << 8 | octets[3]
                  : rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    if (t < 20)
      f = ((b & c) | (~b & d)) + 0x5a827999;
    else if (t < 40)
      f = (b ^ c ^ d) + 0x6ed9eba1;
    else if (t < 60)
      f = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else
      f = (b ^ c ^ d) + 0xca62c1d6;
    next = rotate(a, 5) + f + e + w[t];
    e = d, d = c, c = rotate(b, 30), b = a, a = next;
  }
  sha->state[0] += a, sha->state[1] += b, sha->state[2] += c, sha->state[3] += d, sha->state[4] += e;
}

static void hash(Sha1 *sha, const uint8_t *data, size_t count) {
  while (count--) {
    sha->block[sha->length++ % BLOCK] = *data++;
    if (sha->length % BLOCK == 0) hashBlock(sha);
  }
}

static void finish(Sha1 *sha, uint8_t *digest) {
  uint64_t bits = sha->length * 8;
  uint8_t octet = 0x80;
  int i;
  do {
    hash(sha, &octet, 1);
    octet = 0;
  } while (sha->length % BLOCK != BLOCK - 8);
  for (i = 56; i >= 0; i -= 8) {
    octet = (uint8_t)(bits >> i);
    hash(sha, &octet, 1);
  }
  for (i = 0; i < DIGEST; i++) digest[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

/* Valid until the next allocation. */
static const uint8_t *octetsOf(xsMachine *the, xsSlot *slot, size_t *count) {
  xsUnsignedValue size;
  void *data;
  if (xsmcTypeOf(*slot) == xsReferenceType)
    xsmcGetBufferReadable(*slot, &data, &size);
  else {
    data = xsmcToString(*slot);
    size = (xsUnsignedValue)strlen(data);
  }
  *count = size;
  return data;
}

static const xsHostHooks digestHooks = {NULL, NULL, NULL};

static Sha1 *shaOf(xsMachine *the) {
  if (xsmcTypeOf(xsThis) != xsReferenceType || fxGetHostHooks(the, &xsThis) != &digestHooks)
    xsTypeError("no Digest");
  return xsmcGetHostChunk(xsThis);
}

static void digestConstructor(xsMachine *the) {
  if (strcmp(xsmcToString(xsArg(0)), "SHA1")) xsUnknownError("unsupported digest");
  xsmcSetHostChunk(xsThis, (void *)&start, sizeof start);
}

static void digestWrite(xsMachine *the) {
  int i, count = xsmcArgc;
  for (i = 0; i < count; i++) {
    size_t size;
    const uint8_t *data = octetsOf(the, &xsArg(i), &size);
    hash(shaOf(the), data, size);
  }
}

static void digestClose(xsMachine *the) {
  uint8_t digest[DIGEST];
  finish(shaOf(the), digest);
  xsmcSetArrayBuffer(xsResult, digest, DIGEST);
}

/* The digest of the arguments one after the other. */
static void digestProcess(xsMachine *the) {
  *shaOf(the) = start;
  digestWrite(the);
  digestClose(the);
}

static const NativeMethod digestMethods[] = {
    {"write", digestWrite, 1, METHOD},
    {"close", digestClose, 0, METHOD},
    {"process", digestProcess, 0, METHOD},
    {NULL, NULL, 0, 0},
};

const NativeClass gDigestClass = {"Digest", digestConstructor, &digestHooks, digestMethods};

static void base64Encode(xsMachine *the) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t size, i;
  const uint8_t *data;
  char *text;
  octetsOf(the, &xsArg(0), &size);
  xsmcSetStringBuffer(xsResult, NULL, (xsIntegerValue)((size + 2) / 3 * 4));
  text = xsmcToString(xsResult);
  data = octetsOf(the, &xsArg(0), &size); /* the chunk may have moved */
  for (i = 0; i < size; i += 3) {
    uint32_t group = data[i] << 16 | (i + 1 < size ? data[i + 1] << 8 : 0) | (i + 2 < size ? data[i + 2] : 0);
    *text++ = digits[group >> 18];
    *text++ = digits[group >> 12 & 63];
    *text++ = i + 1 < size ? digits[group >> 6 & 63] : '=';
    *text++ = i + 2 < size ? digits[group & 63] : '=';
  }
  *text = 0;
}

const NativeFunction gBase64Natives[] = {
    {"base64Encode", base64Encode, 1},
    {NULL, NULL, 0},
};
