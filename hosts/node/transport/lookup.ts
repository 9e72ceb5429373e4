type Callback = (error: NodeJS.ErrnoException | null, ...found: never[]) => void;

/** `dns.lookup`, or what is given in its place, in as much as all its forms have in common. */
type Lookup = (host: string, options: never, callback: never) => void;

/**
 * `lookup`, which answers once, and later, whatever it does: what it throws is its answer. Node would leave the socket behind that
 * it looks up an address for, and connect it again at a second answer.
 */
export function answeringOnce<L extends Lookup>(lookup: L): L {
  const once = (host: string, options: never, callback: Callback): void => {
    let isAnswered = false;
    const answer: Callback = (error, ...found) => {
      if (isAnswered) return;
      isAnswered = true;
      callback(error, ...found);
    };
    try {
      lookup(host, options, answer as never);
    } catch (error) {
      const failure = new Error('the lookup of the address threw', { cause: error });
      process.nextTick(answer, Object.assign(failure, { syscall: 'getaddrinfo' }));
    }
  };
  return once as unknown as L;
}
