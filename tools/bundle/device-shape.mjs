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
  given: 'lean/given',
  'random-word': 'lean/random-word',
  'check-callbacks': 'lean/check-callbacks',
  'handshake-headers': 'lean/handshake-headers',
};

/** The natives that are called for messages, with the names that they have on devices: names that are in flash anyway. */
export const OFTEN = {
  copyFitting: 'update',
  faultOfHeader: 'filter',
  frameLength: 'peek',
  lengthAt: 'weight',
  mask: 'mask',
  partOf: 'slice',
  putMessage: 'poke',
  validate: 'scan',
  writeHeader: 'label',
};

/** Those that are called seldom, with the number of their arguments, in the order of `xs_ringlet_rare` (`ringlet-natives.c`). */
export const RARE = {
  newPart: 0,
  startDeadline: 3,
  elapse: 5,
  nextTick: 3,
  headText: 4,
  trim: 1,
  hasToken: 2,
  statusOf: 1,
  isWireCloseCode: 1,
  closeCodeOf: 1,
  decodeUtf8: 3,
  wellFormed: 2,
  keyOf: 1,
  acceptOf: 1,
};

/** The native that calls one of these. */
export const RARE_CALL = 'local';

/** What endpoints have for other hosts only: no bundle of a device asks for it (`test/tools/bundles.test.ts`). */
export const UNASKED = ['bufferedAmount', 'drop', 'path', 'pause', 'state', 'transportReason'];

/** What hosts may have, and that of devices (`hosts/moddable/host.ts`) has not. */
export const ABSENT = ['defer', 'failure', 'later'];

/** Methods that are called once on devices, and are no longer there than the call. */
export const ONCE = ['_becomeFull', '_endOutput', '_forgetPromised', '_onOpened', '_onTaken', '_ping'];

/**
 * Likewise, in the client's bundle: methods, and functions of its modules. Variables of theirs are on
 * the stack as long as who calls them, also while an event of the application's is there: as many as the stack has room for. What is
 * called for few messages (`sendAs`) is not moved into what is called for each, where every variable costs instructions.
 */
export const ONCE_IN_CLIENT = [
  ...(
    'linesOf checkCallbacks extendedLength headerLength faultOfClose faultOfReason openStream headersOf protocolsOf ' +
    'acknowledge outcomeOf requestOf limitsOf sendControl send readCount _startLine _headEnd _stop post ' +
    '_streamOpened _endStream _endOfRead _writeOut _begin resume _send$Connection _close$Connection _beginFrame _beginPartial _take ' +
    '_sendControl$Control _putWaiting _freshKey ' +
    'isPlainObject findUtf8Fault _announceOpen _deliverMiddle _arm _takeBehind _afterInput _readHead ' +
    '_collectControl _meetControl _fillBehind _parseHeader'
  ).split(' '),
  ['close', 'ClientEndpoint', ['endpoint']],
];

/**
 * In the client's bundle: methods, getters and functions that are a value or a few steps and stand wherever they are called, the
 * outer ones first. Those with a name that others have, too, are asked for by `this` of
 * that class and by these objects only.
 */
export const IN_STEPS = [
  ...'_onEnded _failRead _beginText _resume$Receiver _endInput _await _fault _setPhase isUtf8 _isTimely isGivenRange limitsGiven idOf'.split(
    ' ',
  ),
  ...'closeCode closeReason error failure httpStatus location output paused protocol retryAfter shouldEnd'
    .split(' ')
    .map((name) => [name, 'ClientEndpoint', ['this.#endpoint', 'client.#endpoint', 'endpoint', 'failure']]),
];

/**
 * Names that are internal on devices, though no name says so, since other hosts give them to applications: by bundle. With a point:
 * where an uplink knows an endpoint, and has the name, too.
 */
export const INTERNAL = {
  ringlet: ['inflate', 'kept', 'memory', 'onData', 'onOpen'],
  deflate: ['inflate', 'memory'],
  uplink: ['this.memory'],
  'server-handshake': ['kept'],
};

/** How a client lends an uplink its endpoint: on devices there is no method for it. */
export const LENDER = { by: 'endpointOf', field: 'endpoint' };

/** Parameters of methods of an endpoint that are, on devices, fields that it has anyway. */
export const GIVEN = { bytes: '_memory$', words: '_words' };

/** Fields of an endpoint, its handshake and its opener that are made with them and never changed. */
export const FIELDS =
  '_memory$ _words _limits _peerMask _ringMask _source _target _events setup _request _isNative _endpoint'.split(
    ' ',
  );

/** Classes of which an application has no object that it could extend. */
export const INNER = ['ClientEndpoint', 'ClientHandshake', 'StreamOpener'];

/** Their methods that are called for messages. */
export const HOT = 'post _parseWhole _deliver _streamReadable _flush _put _compose'.split(' ');
