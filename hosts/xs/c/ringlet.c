/*
 * `ringlet/natives`, and the modules of natives that not every app carries: the C that devices have, in ../../../manifests/natives.
 */
#include "xsmc.h"

#include "host.h"
#include "ringlet-deflate-natives.h"
#include "ringlet-natives.h"
#include "ringlet-request-natives.h"
#include "ringlet-uplink-natives.h"

const NativeFunction gRingletNatives[] = {
    {"validate", xs_ringlet_validate, 4},
    {"mask", xs_ringlet_mask, 6},
    {"copyFitting", xs_ringlet_copy_fitting, 4},
    {"faultOfHeader", xs_ringlet_fault_of_header, 6},
    {"lengthAt", xs_ringlet_length_at, 2},
    {"frameLength", xs_ringlet_frame_length, 4},
    {"writeHeader", xs_ringlet_write_header, 5},
    {"putMessage", xs_ringlet_put_message, 10},
    {"newPart", xs_ringlet_new_part, 0},
    {"partOf", xs_ringlet_part_of, 4},
    {"startDeadline", xs_ringlet_start_deadline, 3},
    {"elapse", xs_ringlet_elapse, 5},
    {"nextTick", xs_ringlet_next_tick, 3},
    {"headText", xs_ringlet_head_text, 4},
    {"trim", xs_ringlet_trim, 1},
    {"hasToken", xs_ringlet_has_token, 2},
    {"statusOf", xs_ringlet_status, 1},
    {"isWireCloseCode", xs_ringlet_is_close_code, 1},
    {"closeCodeOf", xs_ringlet_close_code, 1},
    {"decodeUtf8", xs_ringlet_decode, 3},
    {"wellFormed", xs_ringlet_well_formed, 2},
    {"keyOf", xs_ringlet_key, 1},
    {"acceptOf", xs_ringlet_accept, 1},
    {"rare", xs_ringlet_rare, 0},
    {"inflateStart", xs_ringlet_inflate_start, 2},
    {"inflate", xs_ringlet_inflate, 6},
    {"inflateEnd", xs_ringlet_inflate_end, 3},
    {"deflateStart", xs_ringlet_deflate_start, 3},
    {"deflate", xs_ringlet_deflate, 8},
    {"deflateEnd", xs_ringlet_deflate_end, 5},
    {"deflateBound", xs_ringlet_deflate_bound, 2},
    {"retryAfterOf", xs_ringlet_retry_after, 2},
    {"isFinalLoss", xs_ringlet_is_final, 1},
    {"isExtensionList", xs_ringlet_is_extension_list, 1},
    {"isKey", xs_ringlet_is_key, 1},
    {NULL, NULL, 0},
};
