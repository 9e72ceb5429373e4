/**
 * `ringlet:xs/host`: the arguments after the main module, and the way out.
 */
const argument = native('hostArgument');

const list = [];
for (let text = argument(0); text !== undefined; text = argument(list.length)) list.push(text);

export const args = Object.freeze(list);
export const print = native('printOut');
export const printError = native('printError');
export const exit = native('hostExit');
