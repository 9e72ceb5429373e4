// Faults that were there once and were mended. Put back, each has to be noticed by the simulated world, by the catalogue of
// hostile inputs, or by the tests of the host it was in.
export default [
  {
    name: 'a reset is not reported while the receiver is paused',
    file: 'hosts/node/transport/net-transport.ts',
    from: 'else this.#watchPeer();',
    to: '',
    suites: ['test/hosts/reset-while-paused.test.ts'],
  },
  {
    name: 'the failure of a transport waits for a receiver that is paused',
    file: 'src/connection/connection.ts',
    from: 'else if (failure) this._abort(failure);\n    else if (this.paused && this._hasMore) {',
    to: 'else if (this.paused && this._hasMore) {',
    suites: ['test/world/network.test.ts'],
  },
  {
    name: 'no sendTimeout while the receiver is paused',
    file: 'src/connection/deadlines.ts',
    from: 'else if (signs & Pumping.moved || !words[Register.stall])',
    to: 'else if (signs & (Pumping.moved | Pumping.wasPaused) || !words[Register.stall])',
    suites: ['test/world/deadlines.test.ts'],
  },
  {
    name: 'keepalive cuts off a peer inside one long frame',
    file: 'src/connection/deadlines.ts',
    from: 'const isAlive = (signs & (Pumping.heard | Pumping.wasPaused)) !== 0;',
    to: 'const isAlive = (signs & Pumping.wasPaused) !== 0;',
    suites: ['test/world/deadlines.test.ts'],
  },
  {
    name: 'a message that is refused leaves its header in the ring',
    file: 'src/connection/connection.ts',
    from: 'if (!isRange(bytes, start, end) || span & ~3 || span !== (span | 0)) return ErrorId.argumentInvalid;\n    return',
    to: 'return',
    suites: ['test/world/misuse.test.ts'],
  },
  {
    name: 'a client that ends its side inside TLS is held until the deadline',
    file: 'hosts/node/server/arrival.ts',
    from: "socket.on('readable', this.#onReadable);\n      socket.on('end', this.#onEnd);",
    to: "socket.on('readable', this.#onReadable);",
    suites: ['test/hosts/serve-arrivals.test.ts'],
  },
  {
    name: 'a head is read in quadratic time',
    file: 'src/handshake/head.ts',
    from: 'at += text.length;',
    to: 'at += text.length;\n        for (let i = 0; i < this._line.length; i++) this._left += this._line.charCodeAt(i) >> 16;',
    suites: ['test/xs/heads.test.ts'],
  },
  {
    name: 'what a random source throws comes out of send',
    file: 'src/connection/random-word.ts',
    from: '} catch {\n    return 0;\n  }',
    to: '} catch (error) {\n    throw error;\n  }',
    suites: ['test/injection/calls.test.ts', 'simulate'],
  },
  {
    name: 'a hook that throws lets the client in',
    file: 'hosts/node/server/arrival.ts',
    from: 'if (this.#stage === Stage.awaiting) this.#refuse(ErrorId.requestRefused, 500);',
    to: 'if (this.#stage === Stage.awaiting) this.#decide(undefined);',
    suites: ['test/hosts/serve-hook.test.ts'],
  },
  {
    name: 'control characters of a peer reach the terminal',
    file: 'hosts/node/terminal-text.ts',
    from: 'return text.replace(CONTROLS, signOf).replace(DIRECTIONS',
    to: 'return text.replace(DIRECTIONS',
    suites: ['test/cli/terminal-safety.test.ts'],
  },
];
