/** What is other in the bundles for devices than in the code they are made of, by name: `rollup.config.mjs` hands it to the passes. */

/**
 * Rooms of the engine that others take the place of on devices, each with the same interface: natives, which are proven
 * equal, and what looks at less.
 */
export const INSTEAD = {
  'copy-masked': 'natives/copy-masked',
  'copy-fitting': 'natives/copy-fitting',
  'validate-text': 'natives/validate-text',
  header: 'natives/header',
  'put-message': 'natives/put-message',
  'part-of': 'natives/part-of',
  deadlines: 'natives/deadlines',
  grammar: 'natives/grammar',
  reading: 'natives/reading',
  accept: 'natives/accept',
  'close-code': 'natives/close-code',
  utf8: 'natives/utf8',
  inflate: 'natives/inflate',
  deflate: 'natives/deflate',
  'retry-after': 'natives/retry-after',
  'final-loss': 'natives/final-loss',
  'is-extension-list': 'natives/is-extension-list',
  'is-key': 'natives/is-key',
  arguments: 'lean/arguments',
  'random-word': 'lean/random-word',
  'check-callbacks': 'lean/check-callbacks',
  'handshake-headers': 'lean/handshake-headers',
};

/** The natives that are called for messages. */
export const OFTEN = [
  'copyFitting',
  'faultOfHeader',
  'frameLength',
  'lengthAt',
  'mask',
  'partOf',
  'putMessage',
  'validate',
  'writeHeader',
];

/** What endpoints have for other hosts only: no bundle of a device asks for it (`test/tools/bundles.test.ts`). */
export const UNASKED = ['drop', 'path', 'pause', 'state', 'transportReason'];

/** What hosts may have, and that of devices (`hosts/moddable/host.ts`) has not. */
export const ABSENT = ['defer', 'failure', 'later'];

/** Methods that are called once on devices, and are no longer there than the call. */
export const ONCE = ['_becomeFull', '_endOutput', '_forgetPromised', '_onOpened', '_onTaken', '_ping'];

/**
 * Likewise, in the client's bundle: methods, and functions of its modules. Whatever has variables is none of these if an event of
 * the application's can come while who calls it is on the stack: they would be there, too.
 */
export const ONCE_IN_CLIENT = (
  'linesOf checkCallbacks extendedLength headerLength faultOfClose faultOfReason openStream headersOf protocolsOf ' +
  'sendAs readCount outcomeOf _startLine _headEnd _stop post _streamOpened _endStream _endOfRead _writeOut _begin ' +
  'resume _send$Connection _close$Connection _beginFrame _beginPartial _take ' +
  '_sendControl$Control _putWaiting _freshKey'
).split(' ');

/** Classes of which an application has no object that it could extend. */
export const INNER = ['ClientEndpoint', 'ClientHandshake', 'StreamOpener'];

/** Their methods that are called for messages. */
export const HOT =
  'post _parse _parseHeader _parseWhole _deliver _streamReadable _readInto _flush _put _compose _release _bringForward _unmask'.split(
    ' ',
  );
