/**
 * The library that is measured: `dist/`, or a copy of it that an ablation has cut something out of, in the folder that
 * RINGLET_UNDER_TEST names.
 */
const folder = process.env.RINGLET_UNDER_TEST ?? new URL('../../dist/', import.meta.url).href;

export const { Connection } = await import(`${folder}ringlet.js`);
export const { connect, decodeText, nodeHost, serve } = await import(`${folder}node.js`);
export const { WebSocket } = await import(`${folder}websocket.js`);
