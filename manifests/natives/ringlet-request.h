/*
 * What a server looks at in a request (RFC 6455) in C, without XS: the twins in src/handshake/is-extension-list.ts and is-key.ts say
 * what it is.
 */
#ifndef RINGLET_REQUEST
#define RINGLET_REQUEST

int ringletIsExtensionList(const char *text);

int ringletIsKey(const char *text);

#endif
