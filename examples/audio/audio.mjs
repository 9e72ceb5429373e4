// Realtime audio both ways: node examples/audio/audio.mjs [ws://peer/] [--seconds 5]
// Sends a tone as binary frames of 20 ms (16 kHz, 16 bits, one channel) and plays what comes back. Without a URL a peer of
// its own sends the same back.
import { parseArgs } from 'node:util';
import { Span } from 'ringlet';
import { connect, serve } from 'ringlet/node';
import { FRAME, HEAD, Microphone } from './microphone.mjs';
import { Speaker } from './speaker.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '5' } },
});

const echo = positionals.length === 0 ? await startEcho() : undefined;
const microphone = new Microphone();
const speaker = new Speaker();
const frame = new Uint8Array(HEAD + FRAME);
let filled = 0;
let dropped = 0;

const connection = connect(positionals[0] ?? `ws://127.0.0.1:${echo.port}/`, {
  // A frame that comes late is worth nothing: no more than three wait.
  transmitBuffer: 2048,
  events: {
    onOpen: () => microphone.start(send),
    onData(_target, bytes, start, end) {
      // A frame may come in pieces; it is played when it is whole.
      frame.set(bytes.subarray(start, Math.min(end, start + frame.length - filled)), filled);
      filled += end - start;
      if (filled < frame.length) return;
      filled = 0;
      speaker.play(frame, performance.now());
    },
    onControl() {},
    onWritable() {},
    onClose(_target, code, error) {
      microphone.stop();
      echo?.close();
      if (error !== 0) {
        console.error(`closed ${code}, error ${error}`);
        process.exitCode = 1;
      }
    },
  },
});

function send(octets) {
  if (connection.send(octets, 0, octets.length, Span.binary) !== 0) dropped++;
}

const report = () =>
  console.log(
    `sent ${microphone.sent}, dropped ${dropped}, played ${speaker.played}, late ${speaker.late}, ` +
      `jitter ${speaker.jitter.toFixed(2)} ms, round trip ${speaker.roundTrip.toFixed(1)} ms`,
  );
const reports = setInterval(report, 1000);
setTimeout(
  () => {
    clearInterval(reports);
    microphone.stop();
    // What is on its way is played.
    setTimeout(() => {
      report();
      connection.close(1000);
    }, 200);
  },
  Number(values.seconds) * 1000,
);

/** Sends every frame back. */
function startEcho() {
  return serve({
    port: 0,
    host: '127.0.0.1',
    accept: () => ({}),
    events: {
      onOpen() {},
      onData: ({ endpoint }, bytes, start, end, span) =>
        void endpoint.send(bytes, start, end, span & (Span.binary | Span.more)),
      onControl() {},
      onWritable() {},
      onClose() {},
    },
  });
}
