/** By a name of its own: `Object.freeze` is 7 octets more of bytecode at each of the many constants. */
export const { freeze } = Object;
