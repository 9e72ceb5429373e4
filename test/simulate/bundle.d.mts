/** Bundles the module `input` into `file`, with a source map for stack traces. */
export function bundle(input: string, file: string): Promise<void>;
