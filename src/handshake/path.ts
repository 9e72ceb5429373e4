/**
 * A path with its query, RFC 3986 §3.3 and §3.4: visible ASCII without what the grammar leaves out, and `%` only in front of
 * two hexadecimal digits. In a query the characters are allowed, too, which the grammar wants escaped and browsers do not
 * escape there (https://url.spec.whatwg.org/#query-percent-encode-set): [ \ ] ^ ` { | }.
 */
export const PATH = /^(?!.*%(?![\dA-Fa-f]{2}))\/[!$-;=@-Z_a-z~]*(\?[!$-;=?-~]*)?$/;
