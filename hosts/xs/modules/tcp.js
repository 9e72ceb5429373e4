/**
 * `embedded:io/socket/tcp`: the TCP class of ECMA-419, native.
 */
export default native('TCP');
