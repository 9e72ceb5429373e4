/*
 * The natives of `ringlet/deflate-natives`, on devices and in the desktop build of XS. A `state` is an ArrayBuffer whose first
 * words its owner has written.
 */
#include "ringlet-arguments.h"
#include "ringlet-deflate-natives.h"
#include "ringlet-deflate.h"
#include "ringlet-inflate.h"

static void *bufferOf(xsMachine *the, xsSlot *slot, xsUnsignedValue *size) {
	void *octets;
	xsmcGetBufferWritable(*slot, &octets, size);
	return octets;
}

static void *stateOf(xsMachine *the, xsSlot *slot, xsUnsignedValue octets) {
	xsUnsignedValue size;
	void *state = bufferOf(the, slot, &size);
	if (size != octets) xsRangeError("not a state");
	return state;
}

/* A decompressor, and the memory that it works in. */
static RingletInflate *inflateOf(xsMachine *the, uint8_t **memory) {
	xsUnsignedValue size;
	RingletInflate *state = stateOf(the, &xsArg(1), sizeof(RingletInflate));
	*memory = bufferOf(the, &xsArg(0), &size);
	if (((uintptr_t)*memory & 1) || !ringletInflateFits(state, size)) xsRangeError("out of range");
	return state;
}

/* The same of a compressor. */
static RingletDeflate *deflateOf(xsMachine *the, uint8_t **memory) {
	xsUnsignedValue size;
	RingletDeflate *state = stateOf(the, &xsArg(1), sizeof(RingletDeflate));
	*memory = bufferOf(the, &xsArg(0), &size);
	if (((uintptr_t)*memory & 1) || !ringletDeflateFits(state, size)) xsRangeError("out of range");
	return state;
}

static int windowBitsOf(xsMachine *the, xsSlot *slot) {
	xsUnsignedValue bits = positionOf(the, slot);
	if (bits && (bits < 8 || bits > 15)) xsRangeError("out of range");
	return (int)bits;
}

/* Octets slot[start, end). */
static const uint8_t *inputOf(xsMachine *the, xsSlot *slot, xsUnsignedValue start, xsUnsignedValue end) {
	void *octets;
	xsUnsignedValue size;
	xsmcGetBufferReadable(*slot, &octets, &size);
	if (start > end || end > size) xsRangeError("out of range");
	return octets;
}

/* inflateStart(state, windowBits): bits 0 are those of the last time. */
void xs_ringlet_inflate_start(xsMachine *the) {
	int windowBits;
	requireArguments(the, 2);
	windowBits = windowBitsOf(the, &xsArg(1));
	ringletInflateStart(stateOf(the, &xsArg(0), sizeof(RingletInflate)), windowBits);
}

/* inflate(memory, state, input, start, end, room): an `InflateStatus`. */
void xs_ringlet_inflate(xsMachine *the) {
	xsUnsignedValue start, end, room;
	const uint8_t *input;
	uint8_t *memory;
	RingletInflate *state;
	requireArguments(the, 6);
	start = positionOf(the, &xsArg(3));
	end = positionOf(the, &xsArg(4));
	room = positionOf(the, &xsArg(5));
	input = inputOf(the, &xsArg(2), start, end);
	state = inflateOf(the, &memory);
	xsmcSetInteger(xsResult, ringletInflate(state, memory, input, start, end, room));
}

/* inflateEnd(memory, state, room): an `InflateStatus`. */
void xs_ringlet_inflate_end(xsMachine *the) {
	xsUnsignedValue room;
	uint8_t *memory;
	RingletInflate *state;
	requireArguments(the, 3);
	room = positionOf(the, &xsArg(2));
	state = inflateOf(the, &memory);
	xsmcSetInteger(xsResult, ringletInflateEnd(state, memory, room));
}

/* deflateStart(memory, state, windowBits): bits 0 are those of the last time. */
void xs_ringlet_deflate_start(xsMachine *the) {
	uint8_t *memory;
	RingletDeflate *state;
	int windowBits;
	requireArguments(the, 3);
	windowBits = windowBitsOf(the, &xsArg(2));
	state = deflateOf(the, &memory);
	if (!windowBits) windowBits = state->windowBits;
	if (!windowBits || windowBits > state->ringBits) xsRangeError("out of range");
	if (!state->windowBits) ringletDeflateClear(state, memory);
	ringletDeflateStart(state, windowBits);
}

/* deflate(memory, state, input, start, end, output, from, limit): a `DeflateStatus`. */
void xs_ringlet_deflate(xsMachine *the) {
	xsUnsignedValue start, end, from, limit, size;
	const uint8_t *input;
	uint8_t *memory, *output;
	RingletDeflate *state;
	requireArguments(the, 8);
	start = positionOf(the, &xsArg(3));
	end = positionOf(the, &xsArg(4));
	from = positionOf(the, &xsArg(6));
	limit = positionOf(the, &xsArg(7));
	input = inputOf(the, &xsArg(2), start, end);
	output = bufferOf(the, &xsArg(5), &size);
	if (from > limit || limit > size) xsRangeError("out of range");
	state = deflateOf(the, &memory);
	if (!state->windowBits) xsRangeError("not a state");
	xsmcSetInteger(xsResult, ringletDeflate(state, memory, input, start, end, output, from, limit));
}

/* deflateEnd(memory, state, output, from, limit): a `DeflateStatus`. */
void xs_ringlet_deflate_end(xsMachine *the) {
	xsUnsignedValue from, limit, size;
	uint8_t *memory, *output;
	RingletDeflate *state;
	requireArguments(the, 5);
	from = positionOf(the, &xsArg(3));
	limit = positionOf(the, &xsArg(4));
	output = bufferOf(the, &xsArg(2), &size);
	if (from > limit || limit > size) xsRangeError("out of range");
	state = deflateOf(the, &memory);
	if (!state->windowBits) xsRangeError("not a state");
	xsmcSetInteger(xsResult, ringletDeflateEnd(state, memory, output, from, limit));
}

/* deflateBound(state, length): octets. */
void xs_ringlet_deflate_bound(xsMachine *the) {
	RingletDeflate *state;
	xsUnsignedValue length;
	requireArguments(the, 2);
	length = positionOf(the, &xsArg(1));
	state = stateOf(the, &xsArg(0), sizeof(RingletDeflate));
	if (!state->windowBits) xsRangeError("not a state");
	setCount(the, ringletDeflateBound(state, length));
}
