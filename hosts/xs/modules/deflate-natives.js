/**
 * `ringlet/deflate-natives`: what compression lets C do, the same C as on devices (`manifests/natives/`).
 */
export const inflateStart = native('inflateStart');
export const inflate = native('inflate');
export const inflateEnd = native('inflateEnd');
export const deflateStart = native('deflateStart');
export const deflate = native('deflate');
export const deflateEnd = native('deflateEnd');
export const deflateBound = native('deflateBound');
