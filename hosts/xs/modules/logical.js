/**
 * `logical`: Moddable's operations on byte buffers, in place. The second operand is a byte or a buffer that
 * is applied over and over.
 */
const xor = native('logicalXor');

const Logical = Object.freeze({
  not(target, count) {
    return count === undefined ? xor(target, 255) : xor(target, 255, count);
  },
  xor,
  and: native('logicalAnd'),
  or: native('logicalOr'),
});

export default Logical;
