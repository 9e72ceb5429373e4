/**
 * An app that does nothing: what is left in the counters is the library's.
 */
export default function () {}
