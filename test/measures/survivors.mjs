/**
 * Mutants of `src/` that the tests of their room do not notice, each with why. A mutant is named by its file, by the text of
 * its line and, where others of that line are noticed, by what Stryker put there (`replacement`). `npm run mutation` fails for
 * one that is missing here, and for one that is here and is noticed.
 */
const MASK = 'src/frame/mask.ts';
const UTF8 = 'src/frame/utf8.ts';
const ASSEMBLY = 'src/messages/assembly.ts';
const BORROWING = 'hosts/node/endpoint/borrowing-endpoint.ts';

export const SURVIVORS = [
  {
    file: 'src/frame/copy-masked.ts',
    text: 'if (at !== start) to.copyWithin(at, start, end);',
    replacement: 'true',
    reason: 'Octets that are copied to where they are stay what they were; the comparison saves a call.',
  },
  {
    file: 'src/frame/copy-masked.ts',
    text: 'return key === 0 ? 0 : mask(to, words, at, at + end - start, key);',
    replacement: 'false',
    reason: 'A key of 0 masks nothing, and is 0 however it is turned; the comparison saves a call.',
  },
  {
    file: 'src/frame/mask-bytes.ts',
    text: 'return shift === 0 ? key : (key >>> shift) | (key << (32 - shift));',
    replacement: 'false',
    reason: 'A shift by 32 is one by 0, so that the key comes out as it went in.',
  },
  {
    file: MASK,
    text: 'if ((end + 3) >> 2 > words.length || end - start < 4) {',
    replacement: 'end + 3 >> 2 >= words.length',
    reason: 'The twin masks what lies at the very end of the memory; it does the same, more slowly.',
  },
  {
    file: MASK,
    text: 'if ((end + 3) >> 2 > words.length || end - start < 4) {',
    replacement: 'end - start <= 4',
    reason: 'The twin masks four octets; it does the same, more slowly.',
  },
  {
    file: MASK,
    text: 'const aligned = lead === 0 ? key : (key << lead) | (key >>> (32 - lead));',
    replacement: 'false',
    reason: 'A shift by 32 is one by 0, so that the key comes out as it went in.',
  },
  {
    file: MASK,
    text: 'if (lead !== 0) {',
    replacement: 'true',
    reason:
      'Without octets in front of the first whole word that word is masked here in place of in the loop.',
  },
  {
    file: MASK,
    text: 'for (const stop = last - 7; w < stop; w += 8) {',
    replacement: 'false',
    reason: 'The loop behind it masks word by word what this one would in eights.',
  },
  {
    file: MASK,
    text: 'if (tail !== 0) words[w] = words[w] ^ (aligned & ~(-1 << tail));',
    replacement: 'true',
    reason: 'Without octets behind the last whole word none of the bits is in the mask.',
  },
  {
    file: UTF8,
    text: 'if (s === Utf8.accept) {',
    reason: 'The scan for ASCII is left out: the automaton takes these octets, too, more slowly.',
  },
  {
    file: UTF8,
    text: 'if (i >= end) return s;',
    reason: 'At the end the automaton has no octets to take, and the loop ends.',
  },
  {
    file: UTF8,
    text: 'const stop = end - i > MIXED_RUN ? i + MIXED_RUN : end;',
    reason:
      'How many octets the automaton takes before ASCII is looked for again changes nothing but the time.',
  },
  ...['true', 'to >= earliest'].map((replacement) => ({
    file: 'src/frame/utf8-native.ts',
    text: 'while (to > earliest && (bytes[to] & 0xc0) === 0x80) to--;',
    replacement,
    reason:
      'Whoever goes back further has seen more such octets than a character has: they are refused in any case.',
  })),
  {
    file: 'src/deflate/encode/block-symbols.ts',
    text: 'hold |= ((token - 256) & ((1 << extra) - 1)) << bits;',
    replacement: 'token + 256',
    reason: 'Extra bits are five at most, to which 512 more or less is nothing.',
  },
  {
    file: 'src/deflate/encode/code-lengths.ts',
    text: 'for (let depth = limit; depth > 0; depth--) {',
    replacement: 'depth >= 0',
    reason: 'No code word has a length of 0, so that this turn does nothing.',
  },
  {
    file: 'src/deflate/encode/deflate.ts',
    text: 'const stored = raw <= state._reach ? raw : 0;',
    replacement: 'true',
    reason:
      'A block whose octets have left the ring went on because its tokens gain: at most 61 bits for 8 octets, so that it is never stored.',
  },
  {
    file: 'src/deflate/encode/deflate.ts',
    text: 'const stored = raw <= state._reach ? raw : 0;',
    replacement: 'raw < state._reach',
    reason: 'A block of so many octets went on because its tokens gain, and is never stored.',
  },
  {
    file: 'src/deflate/message-codec.ts',
    text: 'const to = end - start > INPUT_STEP ? start + INPUT_STEP : end;',
    replacement: 'end - start >= INPUT_STEP',
    reason: 'Both are the same where they are equal.',
  },
  {
    file: 'src/deflate/message-codec.ts',
    text: 'if (from < to) {',
    replacement: 'from <= to',
    reason: 'Of nothing, nothing is unmasked.',
  },
  {
    file: 'src/socket/inflow.ts',
    text: 'const count = octets.length < length ? octets.length : length;',
    replacement: 'octets.length <= length',
    reason: 'Both are the same where they are equal.',
  },
  {
    file: 'src/socket/inflow.ts',
    text: 'for (let at = 0; at < count; at += longest) {',
    replacement: 'at <= count',
    reason: 'A step more copies no octets.',
  },
  {
    file: 'src/socket/inflow.ts',
    text: 'const end = count - at < longest ? count : at + longest;',
    replacement: 'count - at <= longest',
    reason: 'Both are the same where they are equal.',
  },
  ...['false', 'this.end + count < this._to'].map((replacement) => ({
    file: 'src/socket/queue.ts',
    text: 'if (this.end + count <= this._to) return;',
    replacement,
    reason: 'What is in the queue is moved although there is room behind it, and stays what it is.',
  })),
  {
    file: 'src/socket/queue.ts',
    text: 'if (this.start === this.end) this.start = this.end = this._from;',
    replacement: 'false',
    reason: 'A queue of nothing that does not begin anew does so when there is no room behind it.',
  },
  {
    file: 'src/socket/inflow.ts',
    text: 'if (count > this.free) count = this.free;',
    replacement: 'count >= this.free',
    reason: 'What is equal is set to what it is.',
  },
  {
    file: 'src/socket/inflow.ts',
    text: 'if (count > longest) count = longest;',
    replacement: 'count >= longest',
    reason: 'What is equal is set to what it is.',
  },
  {
    file: 'src/socket/outflow.ts',
    text: 'if (count > this._capacity) this._capacity = count;',
    replacement: 'count >= this._capacity',
    reason: 'What is equal is set to what it is.',
  },
  {
    file: 'src/socket/socket-memory.ts',
    text: 'if (this._view !== undefined) this.bytes.copyWithin(start, this._place, this._place + count);',
    replacement: 'true',
    reason:
      'Where views are new ones the place is behind the end of the memory, and nothing is copied from there.',
  },
  {
    file: 'src/socket/socket-memory.ts',
    text: 'if (this._view !== undefined) this.bytes.copyWithin(this._place, start, end);',
    replacement: 'true',
    reason:
      'Where views are new ones the place is behind the end of the memory, and nothing is copied to there.',
  },
  {
    file: 'src/socket/outflow.ts',
    text: 'if (count > longest) count = longest;',
    replacement: 'count >= longest',
    reason: 'What is equal is set to what it is.',
  },
  {
    file: 'src/socket/socket.ts',
    text: 'if (wanted < available) count = wanted;',
    replacement: 'wanted <= available',
    reason: 'What is equal is set to what it is.',
  },
  {
    file: 'src/messages/send-queue.ts',
    text: 'if (room > this.#most) this.#most = room;',
    replacement: 'room >= this.#most',
    reason: 'What is equal is set to what it is.',
  },
  {
    file: 'src/messages/send-queue.ts',
    text: 'const least = this.#most >> 3 < SMALL ? this.#most >> 3 : SMALL;',
    replacement: 'this.#most >> 3 <= SMALL',
    reason: 'Both are the same where they are equal.',
  },
  {
    file: 'src/messages/send-queue.ts',
    text: 'if (this.#first === this.#waiting.length) this.#waiting.length = this.#first = 0;',
    replacement: 'false',
    reason: 'An array of nothing that waits is as good as an empty one, and is made shorter later.',
  },
  {
    file: 'src/messages/send-queue.ts',
    text: 'else if (this.#first >= 64 && this.#first * 2 > this.#waiting.length) {',
    reason: 'When the array is made shorter changes nothing but the time and the memory that it takes.',
  },
  {
    file: ASSEMBLY,
    text: 'octets.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), length);',
    replacement: 'false',
    reason: 'A view of all octets has the same octets; the comparison saves it.',
  },
  {
    file: ASSEMBLY,
    text: 'if (capacity < FIRST) capacity = FIRST;',
    replacement: 'capacity <= FIRST',
    reason: 'What is equal is set to what it is.',
  },
  {
    file: ASSEMBLY,
    text: 'if (capacity > this.#most) capacity = this.#most;',
    replacement: 'capacity >= this.#most',
    reason: 'What is equal is set to what it is.',
  },
  {
    file: ASSEMBLY,
    text: 'if (capacity < needed) capacity = needed;',
    replacement: 'capacity <= needed',
    reason: 'What is equal is set to what it is.',
  },
  {
    file: ASSEMBLY,
    text: 'if (this.#length !== 0) octets.set(this.#octets.subarray(0, this.#length));',
    replacement: 'true',
    reason: 'Of nothing, nothing is copied; the comparison saves the view.',
  },
  ...['false', '{}'].map((replacement) => ({
    file: 'src/messages/message-peer.ts',
    text: 'if ((span & (Span.first | Span.more)) === Span.first) {',
    replacement,
    reason: 'The twin puts a message together that comes in one piece, too, with a copy more.',
  })),
  {
    file: 'src/handshake/client-handshake.ts',
    text: 'refuses(): boolean {',
    reason: 'Whoever asks takes nothing at all for no.',
  },
  {
    file: 'src/handshake/client-handshake.ts',
    text: 'if (status < 0) return -status;',
    replacement: 'status <= 0',
    reason: 'A status has three digits of which the first is none, or is a fault.',
  },
  {
    file: 'src/handshake/accept.ts',
    text: 'for (let block = 0; block < message.length; block += 16) {',
    replacement: 'block <= message.length',
    reason:
      'A block behind the end has no words; what comes of that are five zeros, which are added to the digest.',
  },
  {
    file: 'src/handshake/accept.ts',
    text: 'for (let i = 0; i < length; i++) message[i >> 2] |= text.charCodeAt(i) << (24 - ((i & 3) << 3));',
    replacement: 'i <= length',
    reason: 'Behind its end a text has NaN, of which every shift is 0.',
  },
  {
    file: 'src/handshake/accept.ts',
    text: 'message[block + ((t + 8) & 15)] ^',
    replacement: 't - 8',
    reason: 'Of 16 words the one eight behind is the one eight ahead.',
  },
  {
    file: 'src/handshake/client-handshake.ts',
    text: "const upgrade = fields[Field.upgrade] ?? '';",
    replacement: '"Stryker was here!"',
    reason: 'What stands for a missing value here has to be no "websocket", and that is none, either.',
  },
  {
    file: 'src/handshake/request-target.ts',
    text: 'if (colon < 0 || SCHEMES.indexOf(lowerOf(text.slice(0, colon))) < 0) return undefined;',
    replacement: 'colon <= 0',
    reason: 'In front of a colon at the beginning there is no scheme.',
  },
  {
    file: 'src/handshake/request-target.ts',
    text: "while (end < text.length && text[end] !== '/' && text[end] !== '?') end++;",
    replacement: 'end <= text.length',
    reason: 'Behind the end of a text there is neither character, and nothing is cut off there.',
  },
  {
    file: 'src/handshake/server-handshake.ts',
    text: "private _key = '';",
    replacement: '"Stryker was here!"',
    reason: 'It is set before it is read.',
  },
  {
    file: 'src/handshake/server-handshake.ts',
    text: 'let last = line.length - 1;',
    replacement: 'line.length + 1',
    reason: 'Behind the end of a line there is no blank.',
  },
  {
    file: 'src/handshake/server-request.ts',
    text: 'for (let from = 0; from <= list.length;) {',
    replacement: 'from < list.length',
    reason: 'Behind a comma at the end there is an empty element, which is none.',
  },
  ...["origin.indexOf(' ') > 0", "origin.indexOf('\\t') > 0"].map((replacement) => ({
    file: 'src/handshake/server-request.ts',
    text: "if (origin.indexOf(' ') >= 0 || origin.indexOf('\\t') >= 0 || origin.indexOf(',') >= 0)",
    replacement,
    reason: 'No value of a header begins with white space any more.',
  })),
  {
    file: 'src/handshake/authority.ts',
    text: "const [, host = '', port = ''] =",
    replacement: '"Stryker was here!"',
    reason: 'What stands for a host here has to be none, and that is none, either.',
  },
  {
    file: 'src/handshake/authority.ts',
    text: "const [, host = '', port = ''] =",
    replacement: '["Stryker was here"]',
    reason: 'The first element is not looked at.',
  },
  {
    file: 'src/uplink/device-store.ts',
    text: 'else found.push({ path, index, generation: header.generation, highest: { normal: -1, urgent: -1 } });',
    replacement: '{}',
    reason:
      'What is not there is no more than none: a number is set before it is looked at, or counts for no record.',
  },
  {
    file: 'src/uplink/device-store.ts',
    text: 'pages.push({ path, index, generation, highest: { normal: -1, urgent: -1 } });',
    replacement: '{}',
    reason:
      'What is not there is no more than none: a number is set before it is looked at, or counts for no record.',
  },
  {
    file: 'src/uplink/outbox/record.ts',
    text: 'return Field.payload + (((length < 0 ? ~length : length) + 3) >> 2);',
    replacement: 'length <= 0',
    reason: 'Of 0 and of its complement, −1, the same number of words is made.',
  },
  {
    file: 'src/uplink/protocol.ts',
    text: 'for (let i = start; i < end && seen <= ACKNOWLEDGEMENT_LENGTH; i++, seen++) {',
    replacement: 'true',
    reason: 'A message that is longer is none, however much longer it is; the bound saves the time to count.',
  },
  {
    file: 'src/uplink/device-store.ts',
    text: 'readonly #pages: Page[] = [];',
    replacement: '["Stryker was here"]',
    reason: 'A store is read before anything is put into it, and to read empties the array.',
  },
  {
    file: 'src/uplink/outbox/lane.ts',
    text: 'if (this.top >= 0 || this.start + size > this.read) return -1;',
    replacement: 'this.top > 0',
    reason: 'Records that end at 0 do not lie above anything.',
  },
  {
    file: 'src/uplink/protocol.ts',
    text: 'for (let i = 0; i < name.length; i++) hello[HELLO_LENGTH + i] = name.charCodeAt(i);',
    replacement: 'i <= name.length',
    reason: 'Behind the end of an array of octets nothing is written.',
  },
  {
    file: 'src/uplink/sender.ts',
    text: 'if (ring._normal.count !== 0 || (urgent !== undefined && urgent.count !== 0)) return -1;',
    replacement: 'true',
    reason: 'The way of a record that need not be kept is left out: its twin does the same.',
  },
  {
    file: 'src/uplink/outbox/lane.ts',
    text: 'return this.top < 0 ? used : used + this.top - this.start;',
    replacement: 'this.top <= 0',
    reason: 'Records that end at 0 do not lie above anything.',
  },
  ...['true', 'lane.count >= 0'].map((replacement) => ({
    file: 'src/uplink/outbox/policies.ts',
    text: 'while (at < 0 && lane.count > 0 && lane.read !== ring._current) {',
    replacement,
    reason: 'Once a lane is empty there is room for every record that gets here.',
  })),
  {
    file: 'src/uplink/outbox/tally.ts',
    text: 'highWater: (this._highWater > used ? this._highWater : used) * 4,',
    replacement: 'this._highWater >= used',
    reason: 'Both are the same where they are equal.',
  },
  {
    file: 'src/uplink/retry-after.ts',
    text: 'return time > clock ? time - clock : 0;',
    replacement: 'time >= clock',
    reason: 'Where both are equal, their difference is 0.',
  },
  {
    file: 'src/uplink/round-trips.ts',
    text: 'for (let bucket = 0; bucket < counts.length; bucket++) {',
    replacement: 'bucket <= counts.length',
    reason: 'Behind the last bucket nothing is counted, and 0 is returned in any case.',
  },
  {
    file: 'src/uplink/states.ts',
    text: "const { name = '' } = options;",
    replacement: '"Stryker was here!"',
    reason: 'Nothing but the check of a name looks at it, which takes both.',
  },
  {
    file: BORROWING,
    text: "if (borrows) sizeOf('transmitBuffer', transmitBuffer);",
    replacement: 'true',
    reason: 'Where nothing is borrowed the connection itself looks at the size.',
  },
  {
    file: BORROWING,
    text: 'if (end > lent.top) lent.top = end;',
    replacement: 'end >= lent.top',
    reason: 'What is equal is set to what it is.',
  },
  {
    file: BORROWING,
    text: 'if (!isEmpty) memory.top = memory.bytes.length;',
    replacement: 'true',
    reason: 'More of the memory is made zero than was used.',
  },
  {
    file: BORROWING,
    text: 'for (let i = 0; i < Least.words; i++) to[i] = from[i];',
    replacement: 'i <= Least.words',
    reason:
      'One word more is the first of a ring that is empty, or behind the end of a record, where nothing is written.',
  },
  {
    file: 'src/failure-text.ts',
    text: "location.replace(/[?#][^]*$/, '')",
    replacement: '/[?#][^]*/',
    reason: 'What takes every character goes to the end by itself.',
  },
  {
    file: 'src/client/flow.ts',
    text: 'if (this._writeAt === this._readAt) return;',
    replacement: 'false',
    reason:
      'Where nothing was sent there is nothing to write, nothing is taken, and the line behind it returns.',
  },
  {
    file: 'src/client/client-endpoint.ts',
    text: 'if (octets.length === 0) octets.set(octets);',
    replacement: 'true',
    reason: 'Octets that are copied to where they are stay what they were.',
  },
  {
    file: 'src/client/client-endpoint.ts',
    text: 'if (!this._sending) {',
    replacement: 'false',
    reason: 'The fast path of a whole message is left out: its twin does the same.',
  },
  {
    file: 'src/client/websocket-client.ts',
    text: 'if (data instanceof Octets) return data;',
    replacement: 'false',
    reason: 'A view of the same octets is made, which this saves.',
  },
  {
    file: 'src/client/pump.ts',
    text: 'if (this._writeAt !== this._readAt) {',
    replacement: 'true',
    reason: 'Where nothing waits nothing is sent.',
  },
  {
    file: 'src/client/pump.ts',
    text: 'if (this._writeAt !== this._readAt || this._sending & Sending.pending) this._flush();',
    replacement: 'true',
    reason: 'Where nothing waits nothing is sent.',
  },
  {
    file: 'src/client/endpoint.ts',
    text: 'if (this._hasMore) this._onReceived(this.memory, this._words, 0, 0);',
    replacement: 'true',
    reason: 'Where nothing waits inside, no octets bring nothing.',
  },
  {
    file: 'src/client/flow.ts',
    text: 'if (this._deliverMiddle(bytes, words, end)) return;',
    replacement: 'false',
    reason: 'The way of the middle of a long frame is left out: what takes more steps does the same.',
  },
  ...['false', 'this._writeAt < this._ringMask'].map((replacement) => ({
    file: 'src/client/flow.ts',
    text: 'const isPlain = isOpen',
    replacement,
    reason: 'What is not plain is sent in more steps, which do the same.',
  })),
  ...['false', 'taken >= 0'].map((replacement) => ({
    file: 'src/client/flow.ts',
    text: 'if (taken > 0 && isPlain) {',
    replacement,
    reason: 'More steps do the same; of no octets that were taken none is released.',
  })),
  ...['false', '{}'].map((replacement) => ({
    file: 'src/client/pump.ts',
    text: 'if (start !== end && !(this._reading & Reading.busy)) {',
    replacement,
    reason: 'The way of whole frames is left out: what takes more steps does the same.',
  })),
  ...[
    'if (this._reading ? this._reading === Reading.partial : this._at === end) {',
    'if (!((this._pumping ^ pumping ^ Pumping.shortWay) | this._writeAt | this._sending)) {',
  ].map((text) => ({
    file: 'src/client/stream-endpoint.ts',
    text,
    replacement: 'false',
    reason: 'Where nothing is left and nothing has changed, what comes behind finds nothing to do.',
  })),
  {
    file: 'src/client/client-endpoint.ts',
    text: 'if (!this._sending) {',
    replacement: '{}',
    reason: 'The fast path of a whole message is left out: its twin does the same.',
  },
  {
    file: 'src/client/client-endpoint.ts',
    text: 'if (!(this._pumping & Pumping.pumps)) this._accepted();',
    replacement: 'true',
    reason: 'Where something pumps in any case, the method returns at once, and `writable` says the same.',
  },
  {
    file: 'src/client/client-endpoint.ts',
    text: 'else {',
    replacement: '{}',
    reason: 'The short way to what `writable` says is left out.',
  },
  ...['false', 'left >= Room.short', 'left < Room.long'].map((replacement) => ({
    file: 'src/client/client-endpoint.ts',
    text: 'if (left > Room.short && left <= Room.long) return left - Room.header;',
    replacement,
    reason: 'Outside these bounds, and at both of them, `writable` says the same.',
  })),
  {
    file: 'src/client/endpoint.ts',
    text: 'if (cover !== this.#cover) this.#cover = end - start === bytes.length ? undefined : cover;',
    reason: 'What is kept saves making it again; it is compared with the memory before it is used.',
  },
  {
    file: 'src/client/part-of.ts',
    text: 'export function newPart(): unknown {',
    replacement: '{}',
    reason: 'A function without a return gives undefined, too.',
  },
  {
    file: 'src/client/pump.ts',
    text: 'if (host.defer || host.later) this._onTurn = () => this._turn();',
    replacement: 'true',
    reason: 'A host that knows no turns asks for none; the condition saves the function.',
  },
  {
    file: 'src/client/pump.ts',
    text: 'this._sending & Sending.ended ||',
    replacement: 'true',
    reason: 'Where nothing more is to be done, what takes more steps finds nothing to do.',
  },
  ...['false', 'true'].map((replacement) => ({
    file: 'src/client/pump.ts',
    text: '(this._at === end ? this._reading & Reading.alone : this._reading !== Reading.partial)',
    replacement,
    reason:
      'Where all is used, or a frame is left until it is whole, what takes more steps finds nothing to do.',
  })),
  {
    file: 'src/client/stream-endpoint.ts',
    text: 'memory[at + 1] === end - at - 2 &&',
    replacement: 'end + at',
    reason: 'The shortest way is left out: the one of whole frames does the same.',
  },
  {
    file: 'src/connection/control.ts',
    text: 'if (octet < 0) this._sending &= ~Sending.text;',
    replacement: 'octet <= 0',
    reason: 'No octet of an opening handshake is 0.',
  },
  {
    file: 'src/connection/control.ts',
    text: 'if (this._free >= Size.controlFrame) this._putWaiting();',
    replacement: 'this._free > Size.controlFrame',
    reason:
      'What waits goes into the ring when an octet more is free, which is before the transport comes to it.',
  },
  {
    file: 'src/connection/record.ts',
    text: 'this._reading = limits.maxMessageSize < Whole.most',
    replacement: 'limits.maxMessageSize <= Whole.most',
    reason: 'Of frames that the fast path takes none is longer: both ways take them all.',
  },
  {
    file: 'src/connection/arguments.ts',
    text: '} catch {',
    replacement: '{}',
    reason: 'Whoever asks takes nothing at all for no.',
  },
  {
    file: 'src/deflate/decode/inflate.ts',
    text: 'if (isAtOctet && state._phase === Phase.storedLength) {',
    replacement: 'false',
    reason: 'The fast path for the end of a message is left out: its twin decodes the marker.',
  },
  {
    file: 'src/deflate/decode/block-header.ts',
    text: '} while (phase === Phase.storedLength || phase === Phase.storedComplement);',
    reason: 'Who calls it comes back for the next step; the loop saves the calls.',
  },
  {
    file: 'src/client/pump.ts',
    text: 'if (!fault) this._accepted();',
    replacement: 'true',
    reason: 'A close that was refused has nothing sent; what else there is goes out a moment sooner.',
  },
  {
    file: 'src/client/client-endpoint.ts',
    text: 'if (!options.takesSpans) this._pumping |= Pumping.keepsSpans;',
    replacement: 'true',
    reason: 'A target that takes spans is asked first, whether spans could be kept or not.',
  },
  {
    file: 'src/connection/connection.ts',
    text: 'if (this._at === end || this._reading & Reading.partial) break;',
    replacement: 'false',
    reason: 'The parsing stops at once where the input is used up, or a frame is left until it is whole.',
  },
  {
    file: 'src/connection/receiver.ts',
    text: '} else if (!(this._reading & Reading.alone)) return Stop.dry;',
    replacement: 'false',
    reason: 'Another turn of the loop finds that the input is used up.',
  },
  {
    file: 'src/connection/connection.ts',
    text: 'if (this._reading & Reading.ended || this._sending & Sending.ended) this._afterInput(end);',
    replacement: 'true',
    reason: 'Without these bits nothing has ended and nothing is over, and the method finds nothing to do.',
  },
  {
    file: 'src/websocket/client-link.ts',
    text: 'return false;',
    replacement: 'true',
    reason: 'Nothing can be read then, and whoever reads finds that.',
  },
  {
    file: 'src/websocket/event-target.ts',
    text: "const signal = typeof options === 'object' ? options?.signal : undefined;",
    replacement: 'true',
    reason: 'A boolean has no property of that name.',
  },
  {
    file: 'src/client/websocket-client.ts',
    text: "role: attach ? 'server' : 'client',",
    replacement: '""',
    reason:
      'This class, whose options nobody else makes, is a server or is none: that of a client is no other.',
  },
  {
    file: 'src/websocket/event-target.ts',
    text: 'if (typeof callback === FUNCTION) {',
    replacement: 'false',
    reason: 'What is called there does the same; it is called from here for the stack.',
  },
  {
    file: 'src/websocket/websocket.ts',
    text: 'if (this.listens(ON_MESSAGE)) {',
    replacement: 'true',
    reason: 'An event that nobody listens to is noticed by nobody; the condition saves making it.',
  },
];
