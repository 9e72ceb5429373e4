/* The platform's own source, in random.c beside this. */
export function word() {
  return native('xs_ringlet_random_word').call(this);
}
