/*
 * The natives of `ringlet/natives`, on devices and in the desktop build of XS. They take arguments as they are on the
 * stack of XS and convert none, so that nothing is allocated and no code of the user's runs between a check and the
 * use of what was checked.
 */
#include "xsmc.h"

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
	int type;
	requireArguments(the, 6);
	at = positionOf(the, &xsArg(1));
	start = positionOf(the, &xsArg(3));
	end = positionOf(the, &xsArg(4));
	type = xsmcTypeOf(xsArg(5));
	if (type != xsIntegerType && type != xsNumberType) xsTypeError("not a key");
	key = (uint32_t)xsmcToInteger(xsArg(5));
	xsmcGetBufferReadable(xsArg(2), &source, &sourceSize);
	xsmcGetBufferWritable(xsArg(0), &target, &targetSize);
	if (start > end || end > sourceSize || at > targetSize || end - start > targetSize - at) xsRangeError("out of range");
	key = ringletMask((uint8_t *)target + at, (const uint8_t *)source + start, end - start, key);
	xsmcSetInteger(xsResult, (xsIntegerValue)key);
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
