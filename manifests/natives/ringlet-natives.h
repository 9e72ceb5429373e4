/*
 * The functions that XS calls; natives.js beside this has their names in JavaScript. Included after xsmc.h.
 */
#ifndef RINGLET_NATIVES
#define RINGLET_NATIVES

void xs_ringlet_validate(xsMachine *the);
void xs_ringlet_mask(xsMachine *the);
void xs_ringlet_copy_fitting(xsMachine *the);
void xs_ringlet_fault_of_header(xsMachine *the);
void xs_ringlet_length_at(xsMachine *the);
void xs_ringlet_frame_length(xsMachine *the);
void xs_ringlet_write_header(xsMachine *the);
void xs_ringlet_put_message(xsMachine *the);
void xs_ringlet_new_part(xsMachine *the);
void xs_ringlet_part_of(xsMachine *the);
void xs_ringlet_start_deadline(xsMachine *the);
void xs_ringlet_elapse(xsMachine *the);
void xs_ringlet_next_tick(xsMachine *the);
void xs_ringlet_head_text(xsMachine *the);
void xs_ringlet_trim(xsMachine *the);
void xs_ringlet_has_token(xsMachine *the);
void xs_ringlet_status(xsMachine *the);
void xs_ringlet_is_close_code(xsMachine *the);
void xs_ringlet_close_code(xsMachine *the);
void xs_ringlet_decode(xsMachine *the);
void xs_ringlet_well_formed(xsMachine *the);
void xs_ringlet_key(xsMachine *the);
void xs_ringlet_accept(xsMachine *the);
void xs_ringlet_rare(xsMachine *the);

#endif
