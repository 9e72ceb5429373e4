/**
 * `ringlet/uplink-natives` on a device: what `ringlet/uplink` and `ringlet/reconnecting` let C do (`manifests/natives/`), proven equal
 * to their portable twins.
 */

/**
 * Milliseconds that a `Retry-After` header (RFC 9110 §10.2.3), without white space around it, asks to wait; 0 for a date that has
 * passed, −1 for what is neither seconds nor a date. `clock` is the time in milliseconds since 1970. Throws a TypeError for what is
 * no string.
 */
export function retryAfterOf(text: string, clock: number): number;

/** What is known of a connection that is lost, as far as it is looked at. */
export interface Lost {
  readonly error: number;
  readonly closeCode: number;
  readonly httpStatus: number;
  readonly reason: unknown;
}

/** Whether to try again after `loss` is of no use. */
export function isFinalLoss(loss: Lost): boolean;
