/** What `ringlet` exports. */
export * from 'ringlet';
export { default } from 'ringlet';
