import { ReadableStream, WritableStream } from 'node:stream/web';
import { types } from 'node:util';
import { State } from '../../src/connection/record.ts';
import { ErrorId } from '../../src/errors.ts';
import { failureOf } from './errors.ts';
import type { Message } from '../../src/messages/message-peer.ts';
import { NodeEndpoint } from './endpoint/node-endpoint.ts';
import { checkArgument, checkKnown, checkOption, isOctets, readingOf } from './options.ts';

/** The messages of a connection as streams of the web: text as strings, binary data as octets, one chunk a message. */
export interface WebStreams {
  readonly readable: ReadableStream<Message>;
  readonly writable: WritableStream<string | Uint8Array>;
}

export interface WebStreamsOptions {
  /** Octets (of text: characters) that each stream lets wait. Default 65536. */
  readonly highWaterMark?: number | undefined;
}

const HIGH_WATER = 65536;

/** What is no message is refused when it is its turn. */
const sizeOf = (message: Message | undefined): number =>
  typeof message === 'string' || isOctets(message) ? message.length : 0;

/**
 * The messages of `endpoint` as streams, with the backpressure of both sides: who does not read stops the peer, and a chunk
 * is written when the network has taken it. `readable` ends where the connection is closed in order and fails with its error;
 * to cancel it, or to close `writable`, closes the connection, to abort that drops it. Throws as the endpoint's iterator, and
 * a RingletError for what is no endpoint and for options that are wrong.
 */
export function webStreams<Target>(
  endpoint: NodeEndpoint<Target>,
  options: WebStreamsOptions = {},
): WebStreams {
  const isEndpoint = !types.isProxy(endpoint) && endpoint instanceof NodeEndpoint;
  checkArgument(isEndpoint, 'endpoint', 'one that connect or serve has made');
  const { highWaterMark = HIGH_WATER } = readingOf('an option of webStreams', () => {
    checkKnown('webStreams', options, ['highWaterMark']);
    return { highWaterMark: options.highWaterMark };
  });
  const isMark = typeof highWaterMark === 'number' && highWaterMark >= 0;
  checkOption(isMark, 'highWaterMark', 'a number of octets');
  const messages = endpoint[Symbol.asyncIterator]();
  const strategy = { highWaterMark, size: sizeOf };
  const readable = new ReadableStream<Message>(
    {
      async pull(controller) {
        const { done, value } = await messages.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await messages.return();
      },
    },
    strategy,
  );
  const writable = new WritableStream<string | Uint8Array>(
    {
      start: () => endpoint.ready,
      async write(message) {
        // What is no message is refused here, which fails the stream.
        const isText = typeof message === 'string';
        const send = (): number => (isText ? endpoint.sendText(message) : endpoint.sendMessage(message));
        let fault = send();
        // Somebody else has sent, too.
        for (; fault === ErrorId.writeTooLong; fault = send()) await endpoint.drained();
        if (fault !== ErrorId.none) throw failureOf(endpoint.error || fault, endpoint);
        await endpoint.drained();
        // An AbortSignal has an error while the closing handshake goes on.
        if (endpoint.state > State.closing || endpoint.error !== 0)
          throw failureOf(endpoint.error || ErrorId.closed, endpoint);
      },
      close: () => void endpoint.close(1000),
      abort: () => endpoint.drop(),
    },
    strategy,
  );
  return { readable, writable };
}
