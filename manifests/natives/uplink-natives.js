/* `ringlet/uplink-natives` on a device: what ringlet-uplink-natives.c does. Each function is the native itself. */
export function retryAfterOf(text, clock) {
  return native('xs_ringlet_retry_after').call(this, text, clock);
}

export function isFinalLoss(loss) {
  return native('xs_ringlet_is_final').call(this, loss);
}
