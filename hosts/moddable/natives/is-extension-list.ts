/** In place of `src/handshake/is-extension-list.ts`: proven equal by `test/xs/natives`. */
export { isExtensionList } from 'ringlet/request-natives';
