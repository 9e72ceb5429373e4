/* `ringlet/random`: the platform's own source, in ringlet-random.c beside this. */
export function word() {
  return native('xs_ringlet_random_word').call(this);
}
