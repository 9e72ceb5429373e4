import { type Extension, ExtensionList } from './extension-header.ts';

/** Whether `header` is a list of extensions: what is none fails the handshake (RFC 6455 §4.2.1, §9.1). */
export function isExtensionList(header: string): boolean {
  const list = new ExtensionList(header);
  let extension: Extension | undefined | null;
  do extension = list.next();
  while (extension);
  return extension === undefined;
}
