/**
 * `ringlet/random` in the desk XS: masks and keys from the kernel.
 */
export { word } from 'ringlet:xs/random';
