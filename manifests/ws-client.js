/* What `ringlet` exports, under the specifier that apps import the class by. */
export * from 'ringlet';
export { default } from 'ringlet';
