import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What runs only when a processor has nothing else to do, and ends with whoever started it. */
const IDLE_LOOP =
  'while kill -0 $PPID 2>/dev/null; do i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; done';

/**
 * Keeps the processors from going to sleep, until the function that it returns is called. In a virtual machine waking
 * up takes longer than a round trip, and which of two peers meets a sleeping processor is chance. The loops have the
 * scheduler's idle class, below every other process; without `chrt` they have the lowest priority instead.
 */
export function keepAwake() {
  const loops = Array.from({ length: availableParallelism() }, () => {
    const start = (command, ...args) => spawn(command, [...args, 'sh', '-c', IDLE_LOOP], { stdio: 'ignore' });
    let loop = start('chrt', '--idle', '0');
    loop.on('error', () => {
      loop = start('nice', '-n', '19');
      loop.on('error', () => {});
    });
    return () => loop.kill();
  });
  return () => {
    for (const end of loops) end();
  };
}
