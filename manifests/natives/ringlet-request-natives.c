/*
 * The natives of `ringlet/request-natives`, on devices and in the desktop build of XS.
 */
#include "ringlet-arguments.h"
#include "ringlet-request-natives.h"
#include "ringlet-request.h"

static xsStringValue textOf(xsMachine *the) {
	int type;
	requireArguments(the, 1);
	type = xsmcTypeOf(xsArg(0));
	if (type != xsStringType && type != xsStringXType) xsTypeError("not a string");
	return xsmcToString(xsArg(0));
}

/* isExtensionList(header): whether it is a list of extensions. */
void xs_ringlet_is_extension_list(xsMachine *the) {
	xsmcSetBoolean(xsResult, ringletIsExtensionList(textOf(the)));
}

/* isKey(text): whether it is the base64 of 16 octets. */
void xs_ringlet_is_key(xsMachine *the) {
	xsmcSetBoolean(xsResult, ringletIsKey(textOf(the)));
}
