export { type RequestOptions, requestOf } from '../handshake/request-options.ts';
