import { NodeEndpoint, type NodeEndpointOptions } from '../../../hosts/node/endpoint/node-endpoint.ts';
import { memoryWith } from '../../../hosts/node/endpoint/memory-pool.ts';
import { Place } from '../../../src/connection/record.ts';
import { ScriptedTransport } from '../../support/scripted-transport.ts';
import { Trace } from '../../support/trace.ts';

/** The ring of the tests; no other endpoint of the process has one of this size. */
export const SIZE = 4096;

export const RECORD: number = Place.ring;

/** Looks at rings as often as it takes until all have been given back that can be. */
export function takeRings(size = SIZE): void {
  for (let times = 0; times < 2; times++) memoryWith(size).look();
}

/** The same for all memory: what can be is at rest then. */
export function rest(size = SIZE): void {
  takeRings(size);
  for (let times = 0; times < 2; times++) memoryWith(0).look();
}

/** The end of the turn, at which what was sent in it leaves. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A transport that goes on reading the memory of what it was given, until it is asked to take it. */
export class KeepingTransport extends ScriptedTransport {
  keeps = false;
  /** Called from inside `write`, before octets are taken. */
  insideWrite: () => void = () => {};
  #kept: { readonly bytes: Uint8Array; readonly start: number; readonly end: number } | undefined;

  override write(bytes: Uint8Array, start: number, end: number): number {
    const inside = this.insideWrite;
    this.insideWrite = () => {};
    inside();
    if (!this.keeps) return super.write(bytes, start, end);
    this.#kept ??= { bytes, start, end };
    return 0;
  }

  get isReading(): boolean {
    return this.#kept !== undefined;
  }

  /** The octets that it reads now. */
  get reads(): Uint8Array {
    const { bytes, start, end } = this.#kept!;
    return bytes.slice(start, end);
  }

  /** What was kept has left. */
  finish(): void {
    const { bytes, start, end } = this.#kept!;
    super.write(bytes, start, end);
    this.#kept = undefined;
    this.sink.transportWritable(end - start);
  }
}

/** An endpoint of Node's on a scripted transport, and what it reported. */
export class Subject {
  readonly transport = new KeepingTransport();
  readonly trace = new Trace();
  readonly endpoint: NodeEndpoint<Subject>;
  /** Called inside the event of a control frame, with its octets. */
  onControl: (bytes: Uint8Array, start: number, end: number) => void = () => {};
  onWritable: (count: number) => void = () => {};

  constructor(options: Partial<NodeEndpointOptions<Subject>> = {}) {
    this.endpoint = new NodeEndpoint<Subject>(
      { role: 'server', transmitBuffer: SIZE, keepalive: 0, target: this, events: EVENTS, ...options },
      this.transport.factory,
    );
    this.transport.sink.transportOpened();
  }

  get lines(): string[] {
    return this.trace.lines;
  }

  /** `rest`: no memory; `record`: to receive; `ring`: to send. */
  get stage(): 'rest' | 'record' | 'ring' | 'other' {
    const { length } = this.endpoint.memory;
    if (length === 0) return 'rest';
    return length === RECORD ? 'record' : length === RECORD + SIZE ? 'ring' : 'other';
  }
}

const EVENTS = Object.freeze({
  onOpen: ({ trace }: Subject) => trace.open(),
  onData: ({ trace }: Subject, bytes: Uint8Array, start: number, end: number, span: number) =>
    trace.data(bytes, start, end, span),
  onControl(subject: Subject, opcode: number, bytes: Uint8Array, start: number, end: number) {
    subject.onControl(bytes, start, end);
    subject.trace.control(opcode, bytes.slice(start, end));
  },
  onWritable: (subject: Subject, count: number) => subject.onWritable(count),
  onClose: ({ trace }: Subject, code: number, error: number) => trace.over(code, error),
});
