/*
 * The natives of `ringlet/natives`, on devices and in the desktop build of XS. They take arguments as they are on the
 * stack of XS and convert none, so that nothing is allocated and no code of the user's runs between a check and the
 * use of what was checked.
 */
#include "xsmc.h"

#include "ringlet-frame.h"
#include "ringlet-natives.h"
#include "ringlet-octets.h"
#include "ringlet-proof.h"

static void requireArguments(xsMachine *the, int count) {
	if (xsmcArgc < count) xsTypeError("arguments missing");
}

/* An argument that is a position: an integer of 0 or more that no buffer is too small to be addressed by. */
static xsUnsignedValue positionOf(xsMachine *the, xsSlot *slot) {
	int type = xsmcTypeOf(*slot);
	xsIntegerValue value = -1;
	if (type == xsIntegerType)
		value = xsmcToInteger(*slot);
	else if (type == xsNumberType) {
		/* An integer may have become a number on the way. Beyond 31 bits none is a position. */
		xsNumberValue number = xsmcToNumber(*slot);
		if (number >= 0 && number <= 0x7fffffff && (xsNumberValue)(xsIntegerValue)number == number)
			value = (xsIntegerValue)number;
	}
	if (value < 0) xsRangeError("not a position");
	return (xsUnsignedValue)value;
}

/* An argument that is a masking key: a number, whose lowest 32 bits count. */
static uint32_t keyOf(xsMachine *the, xsSlot *slot) {
	int type = xsmcTypeOf(*slot);
	if (type != xsIntegerType && type != xsNumberType) xsTypeError("not a key");
	return (uint32_t)xsmcToInteger(*slot);
}

/* A count is an integer as long as it can be one, which is what XS is fast with. */
static void setCount(xsMachine *the, double count) {
	if (count <= 0x7fffffff)
		xsmcSetInteger(xsResult, (xsIntegerValue)count);
	else
		xsmcSetNumber(xsResult, count);
}

/* validate(bytes, start, end, state): the state after bytes[start, end). */
void xs_ringlet_validate(xsMachine *the) {
	xsUnsignedValue start, end, state, size;
	void *bytes;
	requireArguments(the, 4);
	start = positionOf(the, &xsArg(1));
	end = positionOf(the, &xsArg(2));
	state = positionOf(the, &xsArg(3));
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	if (start > end || end > size || state > 31) xsRangeError("out of range");
	xsmcSetInteger(xsResult, ringletValidate((const uint8_t *)bytes + start, end - start, (int)state));
}

/* mask(target, at, source, start, end, key): the key turned to the octet after the last. */
void xs_ringlet_mask(xsMachine *the) {
	xsUnsignedValue at, start, end, targetSize, sourceSize;
	uint32_t key;
	void *target, *source;
	requireArguments(the, 6);
	at = positionOf(the, &xsArg(1));
	start = positionOf(the, &xsArg(3));
	end = positionOf(the, &xsArg(4));
	key = keyOf(the, &xsArg(5));
	xsmcGetBufferReadable(xsArg(2), &source, &sourceSize);
	xsmcGetBufferWritable(xsArg(0), &target, &targetSize);
	if (start > end || end > sourceSize || at > targetSize || end - start > targetSize - at) xsRangeError("out of range");
	key = ringletMask((uint8_t *)target + at, (const uint8_t *)source + start, end - start, key);
	xsmcSetInteger(xsResult, (xsIntegerValue)key);
}

/* copyFitting(target, source, start, end): how many octets were copied. */
void xs_ringlet_copy_fitting(xsMachine *the) {
	xsUnsignedValue start, end, targetSize, sourceSize;
	void *target, *source;
	requireArguments(the, 4);
	start = positionOf(the, &xsArg(2));
	end = positionOf(the, &xsArg(3));
	xsmcGetBufferReadable(xsArg(1), &source, &sourceSize);
	xsmcGetBufferWritable(xsArg(0), &target, &targetSize);
	if (start > end || end > sourceSize) xsRangeError("out of range");
	if (targetSize > end - start) targetSize = end - start;
	ringletMask((uint8_t *)target, (const uint8_t *)source + start, targetSize, 0);
	xsmcSetInteger(xsResult, (xsIntegerValue)targetSize);
}

/* faultOfHeader(bytes, at, count, inMessage, rsv, maskBit): what is wrong with the header so far, or 0. */
void xs_ringlet_fault_of_header(xsMachine *the) {
	xsUnsignedValue at, count, rsv, maskBit, size;
	void *bytes;
	requireArguments(the, 6);
	at = positionOf(the, &xsArg(1));
	count = positionOf(the, &xsArg(2));
	if (xsmcTypeOf(xsArg(3)) != xsBooleanType) xsTypeError("not a boolean");
	rsv = positionOf(the, &xsArg(4));
	maskBit = positionOf(the, &xsArg(5));
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	if (count < 1 || count > RINGLET_HEADER || count > size || at > size - count) xsRangeError("out of range");
	xsmcSetInteger(xsResult, ringletFaultOfHeader((const uint8_t *)bytes + at, count, xsmcToBoolean(xsArg(3)),
		(int)rsv, (int)maskBit));
}

/* lengthAt(bytes, at): octets of the payload, as the header at `at` says, behind which the longest would have room. */
void xs_ringlet_length_at(xsMachine *the) {
	xsUnsignedValue at, size;
	void *bytes;
	requireArguments(the, 2);
	at = positionOf(the, &xsArg(1));
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	if (size < RINGLET_HEADER || at > size - RINGLET_HEADER) xsRangeError("out of range");
	setCount(the, ringletLength((const uint8_t *)bytes, at, (size_t)-1));
}

/* frameLength(bytes, base, at, mask): octets of the frame that begins at place `at` of the ring bytes[base, base + mask]. */
void xs_ringlet_frame_length(xsMachine *the) {
	xsUnsignedValue base, at, mask, size;
	void *bytes;
	requireArguments(the, 4);
	base = positionOf(the, &xsArg(1));
	at = positionOf(the, &xsArg(2));
	mask = positionOf(the, &xsArg(3));
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	if (base >= size || mask >= size - base) xsRangeError("out of range");
	setCount(the, ringletFrameLength((const uint8_t *)bytes + base, at, mask));
}

/* writeHeader(bytes, end, first, maskBit, length): where the header begins that was written so that it ends at `end`. */
void xs_ringlet_write_header(xsMachine *the) {
	xsUnsignedValue end, first, maskBit, length, size;
	void *bytes;
	requireArguments(the, 5);
	end = positionOf(the, &xsArg(1));
	first = positionOf(the, &xsArg(2));
	maskBit = positionOf(the, &xsArg(3));
	length = positionOf(the, &xsArg(4));
	xsmcGetBufferWritable(xsArg(0), &bytes, &size);
	if (end > size || end < RINGLET_HEADER) xsRangeError("out of range");
	end -= ringletWriteHeader((uint8_t *)bytes + end, (int)first, (int)maskBit, length);
	xsmcSetInteger(xsResult, (xsIntegerValue)end);
}

/* putMessage(memory, ring, at, most, opcode, octets, key): the place behind the message, or 0. */
void xs_ringlet_put_message(xsMachine *the) {
	xsUnsignedValue ring, at, most, opcode, size, count;
	void *memory, *octets;
	uint32_t key;
	requireArguments(the, 7);
	ring = positionOf(the, &xsArg(1));
	at = positionOf(the, &xsArg(2));
	most = positionOf(the, &xsArg(3));
	opcode = positionOf(the, &xsArg(4));
	key = keyOf(the, &xsArg(6));
	xsmcGetBufferReadable(xsArg(5), &octets, &count);
	xsmcGetBufferWritable(xsArg(0), &memory, &size);
	if (ring < 4 || ring > size || most > size - ring || opcode > 15) xsRangeError("out of range");
	xsmcSetInteger(xsResult, (xsIntegerValue)ringletPutMessage((uint8_t *)memory + ring, at, most, (int)opcode,
		(const uint8_t *)octets, count, key));
}

/* key(buffer, offset): base64 of the 16 octets from there on. */
void xs_ringlet_key(xsMachine *the) {
	char text[RINGLET_KEY_TEXT];
	xsUnsignedValue offset, size;
	void *octets;
	requireArguments(the, 2);
	offset = positionOf(the, &xsArg(1));
	xsmcGetBufferReadable(xsArg(0), &octets, &size);
	if (offset > size || size - offset < RINGLET_KEY_OCTETS) xsRangeError("out of range");
	ringletKey((const uint8_t *)octets + offset, text);
	xsmcSetString(xsResult, text);
}

/* acceptOf(key): the proof that belongs to a key. */
void xs_ringlet_accept(xsMachine *the) {
	char text[RINGLET_ACCEPT_TEXT];
	int type;
	requireArguments(the, 1);
	type = xsmcTypeOf(xsArg(0));
	if (type != xsStringType && type != xsStringXType) xsTypeError("not a string");
	ringletAccept(xsmcToString(xsArg(0)), text);
	xsmcSetString(xsResult, text);
}
