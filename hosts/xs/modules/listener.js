/**
 * `embedded:io/socket/listener`: the TCP listener of ECMA-419, native.
 */
export default native('Listener');
