/*
 * `ringlet/natives`: the C that devices have, in ../../../manifests/natives.
 */
#include "xsmc.h"

#include "host.h"
#include "ringlet-natives.h"

const NativeFunction gRingletNatives[] = {
    {"validate", xs_ringlet_validate, 4},
    {"mask", xs_ringlet_mask, 6},
    {"ringletKey", xs_ringlet_key, 2},
    {"acceptOf", xs_ringlet_accept, 1},
    {NULL, NULL, 0},
};
