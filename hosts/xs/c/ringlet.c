/*
 * `ringlet/natives`: the C that devices have, in ../../../manifests/natives.
 */
#include "xsmc.h"

#include "host.h"
#include "ringlet-natives.h"

const NativeFunction gRingletNatives[] = {
    {"validate", xs_ringlet_validate, 4},
    {"mask", xs_ringlet_mask, 6},
    {"copyFitting", xs_ringlet_copy_fitting, 4},
    {"faultOfHeader", xs_ringlet_fault_of_header, 6},
    {"lengthAt", xs_ringlet_length_at, 2},
    {"frameLength", xs_ringlet_frame_length, 4},
    {"writeHeader", xs_ringlet_write_header, 5},
    {"putMessage", xs_ringlet_put_message, 7},
    {"ringletKey", xs_ringlet_key, 2},
    {"acceptOf", xs_ringlet_accept, 1},
    {NULL, NULL, 0},
};
