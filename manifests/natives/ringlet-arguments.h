/*
 * How natives take arguments: as they are on the stack of XS, none converted, so that nothing is allocated and no code of the
 * user's runs between a check and the use of what was checked.
 */
#ifndef RINGLET_ARGUMENTS
#define RINGLET_ARGUMENTS

#include "xsmc.h"

static inline void requireArguments(xsMachine *the, int count) {
	if (xsmcArgc < count) xsTypeError("arguments missing");
}

/* An argument that is a position: an integer of 0 or more that no buffer is too small to be addressed by. */
static inline xsUnsignedValue positionOf(xsMachine *the, xsSlot *slot) {
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

/* A count is an integer as long as it can be one, which is what XS is fast with. */
static inline void setCount(xsMachine *the, double count) {
	if (count <= 0x7fffffff)
		xsmcSetInteger(xsResult, (xsIntegerValue)count);
	else
		xsmcSetNumber(xsResult, count);
}

#endif
