/** In place of `src/frame/validate-text.ts`: proven equal by `test/xs/natives`. */
export { validate as stepText, validate as validateText } from 'ringlet/natives';
