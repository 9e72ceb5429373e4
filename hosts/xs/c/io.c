/*
 * Options and addresses for the socket natives.
 */
#include "io.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>

#define KERNEL_BUFFER 65536

xsSlot *ioCallback(xsMachine *the, int id) {
  xsmcGet(xsVar(0), xsArg(0), id);
  if (xsmcTypeOf(xsVar(0)) == xsUndefinedType || xsmcTypeOf(xsVar(0)) == xsNullType) return NULL;
  if (!xsmcIsCallable(xsVar(0))) xsTypeError("callback is not a function");
  return xsmcToReference(xsVar(0));
}

int ioPort(xsMachine *the, int least, int otherwise) {
  int port;
  xsmcGet(xsVar(0), xsArg(0), gIds.port);
  if (xsmcTypeOf(xsVar(0)) == xsUndefinedType) {
    if (otherwise < 0) xsTypeError("port required");
    return otherwise;
  }
  port = xsmcToInteger(xsVar(0));
  if (port < least || port > 65535) xsRangeError("invalid port");
  return port;
}

void ioTarget(xsMachine *the) {
  if (!xsmcHas(xsArg(0), gIds.target)) return;
  xsmcGet(xsVar(0), xsArg(0), gIds.target);
  xsmcSet(xsThis, gIds.target, xsVar(0));
}

socklen_t ioAddress(xsMachine *the, const char *text, int port, struct sockaddr_storage *address) {
  struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found;
  char service[8];
  socklen_t length;
  snprintf(service, sizeof service, "%d", port);
  if (getaddrinfo(text, service, &hints, &found)) xsUnknownError("invalid address");
  length = found->ai_addrlen;
  memcpy(address, found->ai_addr, length);
  freeaddrinfo(found);
  return length;
}

/* The kernel's buffers are kept small, so that a stalled reader is felt by the peer before long. */
void ioPrepare(int fd) {
  int size = KERNEL_BUFFER;
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

int ioSocket(int family) {
  int fd = socket(family, SOCK_STREAM, 0);
  if (fd >= 0) ioPrepare(fd);
  return fd;
}
