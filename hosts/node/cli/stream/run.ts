import { Timer } from '../../io/timer.ts';
import type { StreamEngine } from './node-engine.ts';
import type { Reporter } from './reporter.ts';

/** Exit code of a program that was interrupted a second time, before it was done with its end. */
const INTERRUPTED = 130;

/**
 * Shows a stream until it ends: by itself, `seconds` after its first connection, or when the process is told to
 * end by SIGINT or SIGTERM. Fails as the stream does; the signals' own effects are back afterwards.
 */
export async function runStream(
  stream: StreamEngine,
  reporter: Reporter,
  seconds: number | undefined,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let limit: ReturnType<typeof Timer.set> | undefined;
  let interrupts = 0;
  const stop = (): void => {
    clearInterval(timer);
    stream.stop();
  };
  const interrupt = (): void => {
    if (++interrupts === 1) return stop();
    reporter.end();
    process.exit(INTERRUPTED);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  void stream.opened.then(() => {
    reporter.show(stream.figures);
    timer = setInterval(() => reporter.show(stream.figures), reporter.interval);
    if (seconds !== undefined) limit = Timer.set(stop, seconds * 1000);
  });
  try {
    await stream.end;
  } finally {
    clearInterval(timer);
    Timer.clear(limit);
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    reporter.end();
  }
}
