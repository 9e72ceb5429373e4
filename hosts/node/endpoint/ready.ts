/** A promise that the connection is open, for who asks for it; nobody has to. */
export class Ready {
  resolve!: () => void;
  reject!: (reason: Error) => void;
  readonly promise: Promise<void>;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever does not await it hears of the failure by `onClose`.
    this.promise.catch(() => {});
  }
}
