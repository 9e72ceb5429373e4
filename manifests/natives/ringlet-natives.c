/*
 * The natives of `ringlet/natives`, on devices and in the desktop build of XS.
 */
#include "xsmc.h"

#include <string.h>

#include "ringlet-arguments.h"
#include "ringlet-deadlines.h"
#include "ringlet-frame.h"
#include "ringlet-grammar.h"
#include "ringlet-head.h"
#include "ringlet-natives.h"
#include "ringlet-octets.h"
#include "ringlet-proof.h"
#include "ringlet-read.h"

/* A number as 32 bits, as a bitwise operator would take it. */
static xsIntegerValue wordOf(xsMachine *the, xsSlot *slot) {
	int type = xsmcTypeOf(*slot);
	if (type != xsIntegerType && type != xsNumberType) xsTypeError("not a number");
	return xsmcToInteger(*slot);
}

static int booleanOf(xsMachine *the, xsSlot *slot) {
	if (xsmcTypeOf(*slot) != xsBooleanType) xsTypeError("not a boolean");
	return xsmcToBoolean(*slot);
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
	key = (uint32_t)wordOf(the, &xsArg(5));
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
	int inMessage;
	requireArguments(the, 6);
	at = positionOf(the, &xsArg(1));
	count = positionOf(the, &xsArg(2));
	inMessage = booleanOf(the, &xsArg(3));
	rsv = positionOf(the, &xsArg(4));
	maskBit = positionOf(the, &xsArg(5));
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	if (count < 1 || count > RINGLET_HEADER || count > size || at > size - count) xsRangeError("out of range");
	xsmcSetInteger(xsResult, ringletFaultOfHeader((const uint8_t *)bytes + at, count, inMessage, (int)rsv, (int)maskBit));
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

/*
 * putMessage(memory, ring, at, most, opcode, octets, key, words, start, end): the place behind the message, or 0. Without the
 * last two it is all of octets; words is for the twin.
 */
void xs_ringlet_put_message(xsMachine *the) {
	xsUnsignedValue ring, at, most, opcode, size, count, start = 0, end = 0;
	void *memory, *octets;
	uint32_t key;
	requireArguments(the, 7);
	ring = positionOf(the, &xsArg(1));
	at = positionOf(the, &xsArg(2));
	most = positionOf(the, &xsArg(3));
	opcode = positionOf(the, &xsArg(4));
	key = (uint32_t)wordOf(the, &xsArg(6));
	if (xsmcArgc > 9) {
		start = positionOf(the, &xsArg(8));
		end = positionOf(the, &xsArg(9));
	}
	xsmcGetBufferReadable(xsArg(5), &octets, &count);
	xsmcGetBufferWritable(xsArg(0), &memory, &size);
	if (xsmcArgc <= 9) end = count;
	if (ring < 4 || ring > size || most > size - ring || opcode > 15 || start > end || end > count)
		xsRangeError("out of range");
	xsmcSetInteger(xsResult, (xsIntegerValue)ringletPutMessage((uint8_t *)memory + ring, at, most, (int)opcode,
		(const uint8_t *)octets + start, end - start, key));
}

/* There is nothing to release; that it is this one's tells a part from other objects of hosts. */
static void releasePart(void *octets) {
}

/* newPart(): what partOf aims. */
void xs_ringlet_new_part(xsMachine *the) {
	xsResult = xsNewHostObject(releasePart);
	xsmcSetHostBuffer(xsResult, NULL, 0);
}

/*
 * partOf(part, memory, start, end): the part, as a host's buffer that lies where memory[start, end) does. Where that is holds until
 * something is allocated, which a socket of the host does not do before it has read or written; nobody else is given the part.
 */
void xs_ringlet_part_of(xsMachine *the) {
	xsUnsignedValue start, end, size;
	void *memory;
	requireArguments(the, 4);
	start = positionOf(the, &xsArg(2));
	end = positionOf(the, &xsArg(3));
	xsmcGetHostDataValidate(xsArg(0), releasePart);
	xsmcGetBufferWritable(xsArg(1), &memory, &size);
	if (start > end || end > size) xsRangeError("out of range");
	xsmcSetHostBuffer(xsArg(0), (uint8_t *)memory + start, (xsIntegerValue)(end - start));
	xsResult = xsArg(0);
}

static int32_t limitOf(xsMachine *the, xsIdentifier name) {
	xsmcGet(xsVar(0), xsArg(1), name);
	return wordOf(the, &xsVar(0));
}

/*
 * The registers of the connection with the memory xsArg(0); its limits, xsArg(1), are looked up first, as that may run code.
 */
static int32_t *registersOf(xsMachine *the, RingletLimits *limits) {
	xsUnsignedValue size;
	void *memory;
	xsmcVars(1);
	limits->connect = limitOf(the, xsID("connectTimeout"));
	limits->handshake = limitOf(the, xsID("handshakeTimeout"));
	limits->close = limitOf(the, xsID("closeTimeout"));
	limits->idle = limitOf(the, xsID("idleTimeout"));
	limits->keepalive = limitOf(the, xsID("keepalive"));
	limits->pong = limitOf(the, xsID("keepaliveTimeout"));
	limits->send = limitOf(the, xsID("sendTimeout"));
	xsmcGetBufferWritable(xsArg(0), &memory, &size);
	if (size < RINGLET_REGISTERS * sizeof(int32_t) || ((uintptr_t)memory & 3)) xsRangeError("out of range");
	return memory;
}

/* startDeadline(memory, limits, deadline) */
void xs_ringlet_start_deadline(xsMachine *the) {
	RingletLimits limits;
	xsUnsignedValue deadline;
	requireArguments(the, 3);
	deadline = positionOf(the, &xsArg(2));
	ringletStartDeadline(registersOf(the, &limits), &limits, (int)deadline);
}

/* elapse(memory, limits, now, signs, isPending): an error id, -1 if a Ping is due, or 0. */
void xs_ringlet_elapse(xsMachine *the) {
	RingletLimits limits;
	int32_t now;
	xsUnsignedValue signs;
	int isPending;
	requireArguments(the, 5);
	now = wordOf(the, &xsArg(2));
	signs = positionOf(the, &xsArg(3));
	isPending = booleanOf(the, &xsArg(4));
	xsmcSetInteger(xsResult, ringletElapse(registersOf(the, &limits), &limits, now, (int)signs, isPending));
}

/* nextTick(memory, limits, isPending): milliseconds until elapse is wanted again; 0 for never. */
void xs_ringlet_next_tick(xsMachine *the) {
	RingletLimits limits;
	int isPending;
	requireArguments(the, 3);
	isPending = booleanOf(the, &xsArg(2));
	xsmcSetInteger(xsResult, ringletNextTick(registersOf(the, &limits), &limits, isPending));
}

static xsStringValue stringOf(xsMachine *the, xsSlot *slot) {
	int type = xsmcTypeOf(*slot);
	if (type != xsStringType && type != xsStringXType) xsTypeError("not a string");
	return xsmcToString(*slot);
}

/* headText(bytes, from, to, isName): the first octets of bytes[from, to) that are nothing but text. */
void xs_ringlet_head_text(xsMachine *the) {
	char text[RINGLET_HEAD_TEXT];
	xsUnsignedValue from, to, size;
	void *bytes;
	int isName;
	requireArguments(the, 4);
	from = positionOf(the, &xsArg(1));
	to = positionOf(the, &xsArg(2));
	isName = booleanOf(the, &xsArg(3));
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	if (from > to || to > size) xsRangeError("out of range");
	ringletHeadText((const uint8_t *)bytes + from, to - from, isName, text);
	xsmcSetString(xsResult, text);
}

/* trim(text): without the spaces and tabs around it. */
void xs_ringlet_trim(xsMachine *the) {
	xsStringValue text;
	size_t start, length;
	requireArguments(the, 1);
	text = stringOf(the, &xsArg(0));
	start = (size_t)(ringletTrim(text, &length) - text);
	/* Memory for the string may move the text. */
	xsmcSetStringBuffer(xsResult, NULL, (xsIntegerValue)length);
	COPY(xsmcToString(xsResult), xsmcToString(xsArg(0)) + start, length);
}

/* hasToken(text, token): whether the list holds the token, which is in lower case, in any letter case. */
void xs_ringlet_has_token(xsMachine *the) {
	requireArguments(the, 2);
	xsmcSetBoolean(xsResult, ringletHasToken(stringOf(the, &xsArg(0)), stringOf(the, &xsArg(1))));
}

/* statusOf(line): the status in the first line of a response, or minus an error id. */
void xs_ringlet_status(xsMachine *the) {
	requireArguments(the, 1);
	xsmcSetInteger(xsResult, ringletStatus(stringOf(the, &xsArg(0))));
}

/* isWireCloseCode(code): whether it may stand in a Close. */
void xs_ringlet_is_close_code(xsMachine *the) {
	xsNumberValue code;
	requireArguments(the, 1);
	xsmcSetFalse(xsResult);
	if (xsmcTypeOf(xsArg(0)) != xsIntegerType && xsmcTypeOf(xsArg(0)) != xsNumberType) return;
	code = xsmcToNumber(xsArg(0));
	if (code >= 0 && code <= 0xffff && (xsIntegerValue)code == code)
		xsmcSetBoolean(xsResult, ringletIsCloseCode((xsIntegerValue)code));
}

/* closeCodeOf(fault): the close code that it is answered with, or 0. */
void xs_ringlet_close_code(xsMachine *the) {
	requireArguments(the, 1);
	xsmcSetInteger(xsResult, ringletCloseCode((int)positionOf(the, &xsArg(0))));
}

/* decodeUtf8(bytes, start, end): the text that bytes[start, end), which is valid UTF-8, holds. */
void xs_ringlet_decode(xsMachine *the) {
	xsUnsignedValue start, end, size;
	void *bytes;
	requireArguments(the, 3);
	start = positionOf(the, &xsArg(1));
	end = positionOf(the, &xsArg(2));
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	if (end > size) xsRangeError("out of range");
	if (start > end) start = end;
	size = end - start + ringletCountZeros((const uint8_t *)bytes + start, end - start);
	xsmcSetStringBuffer(xsResult, NULL, (xsIntegerValue)size);
	/* Memory for the string may have moved the buffer. */
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	ringletDecode((const uint8_t *)bytes + start, end - start, xsmcToString(xsResult));
}

/* wellFormed(rule, given): what is given as it stands in a head; undefined for what does not follow the rule. */
void xs_ringlet_well_formed(xsMachine *the) {
	char address[RINGLET_ADDRESS_TEXT];
	const char *text, *written;
	xsUnsignedValue rule;
	int type;
	requireArguments(the, 2);
	rule = positionOf(the, &xsArg(0));
	type = xsmcTypeOf(xsArg(1));
	if (rule == RINGLET_HEADER_VALUE && (type == xsIntegerType || type == xsNumberType)) {
		/* No text of a number breaks the rule. */
		xsmcToString(xsArg(1));
		xsResult = xsArg(1);
		return;
	}
	if (type != xsStringType && type != xsStringXType) return;
	text = xsmcToString(xsArg(1));
	written = ringletWellFormed((int)rule, text, address);
	if (written == text)
		xsResult = xsArg(1);
	else if (written)
		xsmcSetString(xsResult, (char *)written);
}

/* keyOf(words): base64 of the 16 octets of four words. */
void xs_ringlet_key(xsMachine *the) {
	char text[RINGLET_KEY_TEXT];
	xsUnsignedValue offset, size;
	void *octets;
	requireArguments(the, 1);
	xsmcVars(1);
	/* An array of words is none of octets, but lies in some. */
	xsmcGet(xsVar(0), xsArg(0), xsID("byteOffset"));
	offset = positionOf(the, &xsVar(0));
	xsmcGet(xsVar(0), xsArg(0), xsID("buffer"));
	xsmcGetBufferReadable(xsVar(0), &octets, &size);
	if (offset > size || size - offset < RINGLET_KEY_OCTETS) xsRangeError("out of range");
	ringletKey((const uint8_t *)octets + offset, text);
	xsmcSetString(xsResult, text);
}

/* acceptOf(key): the proof that belongs to a key. */
void xs_ringlet_accept(xsMachine *the) {
	char text[RINGLET_ACCEPT_TEXT];
	requireArguments(the, 1);
	ringletAccept(stringOf(the, &xsArg(0)), text);
	xsmcSetString(xsResult, text);
}

/*
 * rare(…, index): one of those that are called seldom. Each that had a name in JavaScript would take 110 octets of flash more: three
 * slots, an entry of XS's and the name. Their order is that of RARE in tools/bundle/device-shape.mjs.
 */
void xs_ringlet_rare(xsMachine *the) {
	static const xsCallback natives[] = {
		xs_ringlet_new_part,
		xs_ringlet_start_deadline,
		xs_ringlet_elapse,
		xs_ringlet_next_tick,
		xs_ringlet_head_text,
		xs_ringlet_trim,
		xs_ringlet_has_token,
		xs_ringlet_status,
		xs_ringlet_is_close_code,
		xs_ringlet_close_code,
		xs_ringlet_decode,
		xs_ringlet_well_formed,
		xs_ringlet_key,
		xs_ringlet_accept,
	};
	xsUnsignedValue index;
	requireArguments(the, 1);
	index = positionOf(the, &xsArg(xsmcArgc - 1));
	if (index >= sizeof natives / sizeof *natives) xsRangeError("out of range");
	natives[index](the);
}
