/** Thrown by a function of the host that a test lets fail. */
export class InjectedFailure extends Error {
  override readonly name = 'InjectedFailure';
}
