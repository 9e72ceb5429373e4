const CALL = 2;
const RESULT = 3;
const ERROR = 4;
const PATIENCE = 10_000;

/** Calls of OCPP-J 1.6 over a WebSocket, one at a time as §4.1.1 wants it, each with a deadline. */
export class Calls {
  #socket;
  #last = Promise.resolve();
  #pending;
  #serial = 0;

  constructor(socket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(data));
    socket.addEventListener('close', () => this.#pending?.reject(new Error('the connection is lost')));
  }

  /** Resolves with the payload of the answer; rejects for an error, a lost connection, and no answer in time. */
  call(action, payload) {
    const answer = this.#last.then(() => this.#send(action, payload));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  #send(action, payload) {
    return new Promise((resolve, reject) => {
      const id = String(++this.#serial);
      const timer = setTimeout(() => reject(new Error(`${action} was not answered`)), PATIENCE);
      const over = (settle) => (value) => {
        clearTimeout(timer);
        this.#pending = undefined;
        settle(value);
      };
      this.#pending = { id, resolve: over(resolve), reject: over(reject) };
      this.#socket.send(JSON.stringify([CALL, id, action, payload]));
    });
  }

  #take(data) {
    const [type, id, ...rest] = JSON.parse(data);
    if (type === CALL) {
      // This charge point can do nothing that it could be asked for.
      const error = [ERROR, id, 'NotImplemented', `${rest[0]} is not supported`, {}];
      this.#socket.send(JSON.stringify(error));
    } else if (id === this.#pending?.id) {
      if (type === RESULT) this.#pending.resolve(rest[0]);
      else if (type === ERROR) this.#pending.reject(new Error(`${rest[0]}: ${rest[1]}`));
    }
  }
}
