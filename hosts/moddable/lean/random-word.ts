/** In place of `src/connection/random-word.ts`: the one source of a device, which throws nothing. */
export { word as randomWord } from 'ringlet/random';
