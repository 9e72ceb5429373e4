/*
 * The header of a frame (RFC 6455 section 5.2) and close codes (section 7.4) in C: plain functions, without XS. Their twins in
 * src/frame/header.ts and close-code.ts say what they do.
 */
#ifndef RINGLET_FRAME
#define RINGLET_FRAME

#include <stddef.h>
#include <stdint.h>

/* Most octets of a header, with a masking key. */
#define RINGLET_HEADER 14

/* What is wrong with a header of which `count` octets have come; an error id, or 0. */
int ringletFaultOfHeader(const uint8_t *header, size_t count, int inMessage, int rsv, int maskBit);

/* Octets of the payload, as the header of octets `header[k & mask]` says that begins at k = `at`. */
double ringletLength(const uint8_t *header, size_t at, size_t mask);

/* Octets of header and payload of the same. */
double ringletFrameLength(const uint8_t *header, size_t at, size_t mask);

/* Writes a header in its shortest form so that it ends at `end`. Returns how many octets that is, without a masking key. */
size_t ringletWriteHeader(uint8_t *end, int first, int maskBit, uint32_t length);

/* Whether `code` may stand in a Close frame: src/frame/close-code.ts. */
int ringletIsCloseCode(int32_t code);

/* The close code that a fault is answered with; 0 where no Close is due. */
int ringletCloseCode(int fault);

#endif
