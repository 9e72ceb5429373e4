/**
 * Names that internal members have on devices, so that they take no octet of flash: XS has these by itself, or the client
 * has them anyway, of other modules, natives and what an application hands over, and no object of ours has them. A name of
 * one of XS's functions is among them only if that is linked anyhow: the SDK links what is named.
 */
export const KNOWN = [
  // Of XS, as its linker lists them, and of functions that every image with sockets has.
  ...'PI as of NaN pop uri map set busy free join line update peek poke type weak slice split cache chunk'.split(
    ' ',
  ),
  ...'E local proxy trace assign buffer filter freeze splice'.split(' '),
  // Of what looks up names, which every client has, and of timers, sockets and the system beside it.
  ...'RR IN DNS PTR SRV TXT ANY OPT ttl NSEC AAAA ZONE clss label build CLASS QUERY rdata qname qtype'.split(
    ' ',
  ),
  ...'packet Parser weight suffix ANSWER UPDATE qclass section'.split(' '),
  ...'dst delta repeat System Net SNTP sntp WiFi RSSI ssid scan'.split(' '),
  ...'UDP remove writeU8 writeU16 writeU32 OPCODE SECTION'.split(' '),
  // Of the ESP32's own peripherals, which its provider names, and of what draws.
  ...'i o d j w A led LED rgb Host PNG RLE left Gray4 kind args STEP JPEG NONE'.split(' '),
  ...'Async Digital Listener rises falls pullup wakeEdge channel onFound suspend baud'.split(' '),
  ...'Rising Falling priority active edges esp32 onWake'.split(' '),
  ...'out load task wake order phase query depth parts width right round cause'.split(' '),
  ...'hz pin I2C SPI PWM MAC edge mode bank pins byte SSID Input Output config Analog Serial SMBus'.split(
    ' ',
  ),
  // Of options, streams and hosts, which are read only, and of natives.
  ...'io dns mask clear ticks resize secure'.split(' '),
];

/**
 * Names of what our bundles have for each other, and nobody else: the methods and fields by which an endpoint, a handshake and a
 * codec know each other. They are words where they are written, and are shortened as those that begin with `_`.
 */
export const SHARED = (
  'isAgreed outStart outEnd fields answered hasOutput events paused longestLine shouldEnd takesSpans fitting setup refuses tick ' +
  'limit limits encode report proof sendControl role opened field begin offer output whole opening bufferedAmount'
).split(' ');

/** Internal names that an Uplink has, too, which applications extend: these get no known name. */
export const EXTENDED = ['_begin', '_finish', '_host', '_open', '_options', '_settle'];

/**
 * Names for private members of what an application extends: constants of Math and Number, which nobody gives anything of
 * his own, and which XS has without a function behind them.
 */
export const CONSTANTS = [
  'LN2',
  'LN10',
  'LOG2E',
  'SQRT2',
  'LOG10E',
  'SQRT1_2',
  'EPSILON',
  'MIN_VALUE',
  'MAX_VALUE',
];
