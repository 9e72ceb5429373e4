/**
 * The documents of test/vectors, played through the faces that programs use, on a machine of a simulated world. What a face does not
 * have is left out of what is expected of it: nobody tells of the FIN, and the WebSocket of the web of no control frames.
 */
import { describe, expect, test } from 'vitest';
import { nameOfError } from '../../src/error-text.ts';
import { RingletError } from '../../src/errors.ts';
import { cutAt, toHex } from '../support/octets.ts';
import { wholeOf } from '../support/whole-messages.ts';
import { clientFace, endpointFace, type Face, type MakeFace, openUnseen, webSocketFace } from './faces.ts';
import { octetsOf, readVectors, type Vector } from '../vectors/read-vectors.ts';
import { Stage } from './stage.ts';

type Name = 'Endpoint' | 'WebSocketClient' | 'WebSocket';
const FACES: Readonly<Record<Name, MakeFace>> = {
  Endpoint: endpointFace,
  WebSocketClient: clientFace,
  WebSocket: webSocketFace,
};

/** Why a vector cannot be played through a face; undefined if it can. */
function reasonAgainst(name: Name, { settings, steps }: Vector): string | undefined {
  const lines = steps.flatMap((step) => (step.kind === 'do' ? step.lines : []));
  const events = steps.flatMap((step) => (step.kind === 'events' ? step.lines : []));
  if (settings.get('transport') === 'not open') return 'the transport is the face\u2019s own';
  if (lines.some((line) => /^(request|option|transport (stalls|fails: (?!transportReset)))/.test(line)))
    return 'is about options, or a transport that the world does not have';
  if (name === 'Endpoint') return undefined;
  if (settings.get('role') === 'server' && settings.has('handshake')) return 'is not a server';
  if (lines.some((line) => /^random/.test(line))) return 'draws another word first';
  // A violation of the calls' own rules has another id there, or none.
  if (lines.some((line) => / -> /.test(line) && !/ -> (notOpen|writeTooLong)/.test(line)))
    return 'has rules of its own for calls';
  if (name === 'WebSocketClient') return undefined;
  if (lines.some((line) => /^(ping|pong|control|send .*…$)| -> /.test(line))) return 'has no such method';
  if (lines.some((line) => /^close (?!1000|[34]\d\d\d)/.test(line))) return 'refuses that code';
  if (
    lines.some((line) => line.startsWith('close')) &&
    events.some((line) => /^(… )?(text|binary)/.test(line))
  )
    return 'delivers nothing after its close';
  return undefined;
}

/** What a face tells of the lines of a block of events. */
function expectedOf(name: Name, lines: readonly string[]): string[] {
  const told = lines.filter((line) => line !== 'fin');
  return name === 'WebSocket' ? told.filter((line) => !/^(ping|pong|close)/.test(line)) : told;
}

function call(face: Face, stage: Stage, line: string): number {
  const [verb] = line.split(' ');
  const rest = line.slice(verb.length + 1);
  switch (verb) {
    case 'send': {
      const [, kind, data, more] = /^(text|binary) ?(.*?)( …)?$/.exec(rest)!;
      return face.send(octetsOf(data), kind === 'binary', more !== undefined);
    }
    case 'ping':
      return face.control(9, octetsOf(rest));
    case 'pong':
      return face.control(10, octetsOf(rest));
    case 'control':
      return face.control(8, octetsOf(rest.slice(2)));
    case 'close': {
      const [, code, reason] = /^(\d*) ?(.*)$/.exec(rest)!;
      return face.close(Number(code), octetsOf(reason));
    }
    case 'wait':
      stage.world.run(Number(rest.split(' ')[0]));
      return 0;
    case 'transport':
      if (rest === 'ends') stage.end();
      else stage.reset();
      return 0;
    case 'random':
      stage.random =
        rest === 'repeats itself'
          ? () => 7
          : () => {
              throw new Error('no random words');
            };
      return 0;
    default:
      throw new Error(`no such step: ${line}`);
  }
}

function doLine(face: Face, stage: Stage, line: string): void {
  const [what, expected = 'none'] = line.split(/ -> /);
  let id = 0;
  stage.device.enter(() => {
    try {
      id = call(face, stage, what);
    } catch (error) {
      if (!(error instanceof RingletError)) throw error;
      id = error.id;
    }
  });
  stage.settle();
  const answer = id === 0 ? 'none' : nameOfError(id);
  // What is over says so in the words of its face.
  expect(answer === 'closed' ? 'notOpen' : answer, what).toBe(expected);
}

function play(name: Name, vector: Vector, cut: 'whole' | 'octets' | number): void {
  const stage = new Stage(vector, name !== 'Endpoint');
  const face = FACES[name](stage, vector);
  let seen = 0;
  if (vector.settings.get('handshake') === undefined) {
    if (name !== 'Endpoint' && vector.settings.get('role') === 'client') openUnseen(stage);
    stage.settle();
    seen = stage.trace.lines.length;
  }
  if (vector.settings.get('handshake') === 'asked') stage.takeOutput();
  const news = (): string[] => {
    const { lines } = stage.trace;
    const told = lines.slice(seen);
    seen = lines.length;
    return told;
  };
  const told: string[] = [];
  const expected: string[] = [];
  for (const step of vector.steps) {
    if (step.kind === 'in') {
      const pieces =
        cut === 'octets'
          ? Array.from(step.bytes, (octet) => Uint8Array.of(octet))
          : cut === 'whole' || cut >= step.bytes.length
            ? [step.bytes]
            : cutAt(step.bytes, [cut]);
      for (const piece of pieces) stage.feed(piece);
    } else if (step.kind === 'do') for (const line of step.lines) doLine(face, stage, line);
    else if (step.kind === 'out') expect(toHex(stage.takeOutput()), 'octets out').toBe(toHex(step.bytes));
    else if (step.kind === 'events') {
      stage.settle();
      expected.push(...expectedOf(name, step.lines));
      told.push(...news());
      // A client on a stream leaves a short frame where it is until all of it has come.
      if (name === 'Endpoint') expect(told, 'events').toEqual(expected);
      else if (name === 'WebSocketClient') expect(wholeOf(told), 'events').toEqual(wholeOf(expected));
    }
  }
  stage.settle();
  told.push(...news());
  expect(wholeOf(told), 'events in all').toEqual(wholeOf(expected));
  expect(toHex(stage.takeOutput()), 'octets at the end').toBe('');
  expect(stage.thrown).toEqual([]);
  if (/^over/.test(expected.at(-1) ?? '')) {
    const { sockets, timers, misuses } = stage.device;
    expect([sockets.size, timers.size, misuses]).toEqual([0, 0, []]);
  }
}

const vectors = readVectors();

describe.each(Object.keys(FACES) as Name[])('%s', (name) => {
  const played = vectors.filter((vector) => reasonAgainst(name, vector) === undefined);

  test.each(played)('$document: $title', (vector) => {
    for (const cut of ['whole', 'octets', 1, 2, 3, 7] as const) {
      try {
        play(name, vector, cut);
      } catch (error) {
        (error as Error).message += ` (input cut: ${cut})`;
        throw error;
      }
    }
  });

  test('plays most documents', () => {
    const least = { Endpoint: 0.8, WebSocketClient: 0.5, WebSocket: 0.4 }[name];
    expect(played.length / vectors.length).toBeGreaterThan(least);
  });
});
