/** `node --import ringlet/simulated/register app.js` runs a Moddable program on a simulated device; nothing is exported. */
export {};
