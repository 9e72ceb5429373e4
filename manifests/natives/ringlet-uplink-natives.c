/*
 * The natives of `ringlet/uplink-natives`, on devices and in the desktop build of XS. They run code of the user's, if at all, before
 * they take a text, and what they give is no memory.
 */
#include "ringlet-arguments.h"
#include "ringlet-uplink-natives.h"
#include "ringlet-uplink.h"

static int isString(xsMachine *the, xsSlot *slot) {
	int type = xsmcTypeOf(*slot);
	return type == xsStringType || type == xsStringXType;
}

/* retryAfterOf(text, clock): milliseconds, or -1. */
void xs_ringlet_retry_after(xsMachine *the) {
	xsNumberValue clock, delay;
	requireArguments(the, 2);
	if (!isString(the, &xsArg(0))) xsTypeError("not a string");
	clock = xsmcToNumber(xsArg(1));
	delay = ringletRetryAfter(xsmcToString(xsArg(0)), clock);
	xsmcSetNumber(xsResult, delay);
}

/* A number of a loss; -1, which none of them is, for what is no integer. */
static int numberOf(xsMachine *the, xsIdentifier name) {
	int type;
	xsNumberValue number;
	xsmcGet(xsVar(0), xsArg(0), name);
	type = xsmcTypeOf(xsVar(0));
	if (type != xsIntegerType && type != xsNumberType) return -1;
	number = xsmcToNumber(xsVar(0));
	return xsmcToInteger(xsVar(0)) == number ? (int)number : -1;
}

/* isFinalLoss(loss): whether to try again is of no use. */
void xs_ringlet_is_final(xsMachine *the) {
	int error, closeCode, httpStatus, type;
	requireArguments(the, 1);
	xsmcVars(1);
	error = numberOf(the, xsID("error"));
	closeCode = numberOf(the, xsID("closeCode"));
	httpStatus = numberOf(the, xsID("httpStatus"));
	xsmcGet(xsVar(0), xsArg(0), xsID("reason"));
	type = xsmcTypeOf(xsVar(0));
	if (error != RINGLET_TLS_FAILED)
		xsmcSetBoolean(xsResult, ringletIsFinal(error, closeCode, httpStatus));
	else {
		xsmcSetFalse(xsResult);
		if (type == xsUndefinedType || type == xsNullType) return;
		xsmcGet(xsVar(0), xsVar(0), xsID("code"));
		if (isString(the, &xsVar(0))) xsmcSetBoolean(xsResult, ringletIsRefusedCertificate(xsmcToString(xsVar(0))));
	}
}
