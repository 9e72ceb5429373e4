/**
 * `ringlet/deflate`: permessage-deflate for the option `compression` of the WebSocket classes. A module of its own,
 * so that an app that does not compress does not carry it.
 */
export { permessageDeflate, type PermessageDeflateOptions } from '../../src/deflate/permessage-deflate.ts';
