/*
 * The class of "embedded:io/socket/listener": waits for connections and gives each as a TCP instance, which
 * the app takes over with its own callbacks by `new TCP({ from })`.
 */
#include <netinet/in.h>
#include <poll.h>

#include "io.h"

#define BACKLOG 16

typedef struct {
  Source source; /* first: a Source * is a Listener * */
  xsSlot self;
  xsSlot *onReadable;
  int accepted[BACKLOG];
  int acceptedCount;
} Listener;

static void listenerMark(xsMachine *the, void *data, xsMarkRoot mark) {
  Listener *listener = data;
  if (listener && listener->onReadable) (*mark)(the, listener->onReadable);
}

static const xsHostHooks listenerHooks = {NULL, listenerMark, NULL};

static Listener *listenerOf(xsMachine *the) {
  if (fxGetHostHooks(the, &xsThis) != &listenerHooks) xsTypeError("no Listener");
  return xsmcGetHostData(xsThis);
}

static Listener *openListener(xsMachine *the) {
  Listener *listener = listenerOf(the);
  if (!listener) xsUnknownError("closed");
  return listener;
}

static short listenerEvents(Source *source) {
  return !source->closed && ((Listener *)source)->acceptedCount < BACKLOG ? POLLIN : 0;
}

static int listenerPending(Source *source) {
  return source->closed;
}

static void listenerDispatch(xsMachine *the, Source *source, short events) {
  Listener *listener = (Listener *)source;
  int before = listener->acceptedCount, fd;
  if (!events) return;
  while (listener->acceptedCount < BACKLOG && (fd = accept(source->fd, NULL, NULL)) >= 0) {
    ioPrepare(fd);
    listener->accepted[listener->acceptedCount++] = fd;
  }
  if (listener->onReadable && listener->acceptedCount > before) {
    xsSlot argument;
    xsmcSetInteger(argument, listener->acceptedCount);
    loopCall(the, &listener->self, listener->onReadable, &argument);
  }
}

static void listenerRelease(Source *source) {
  Listener *listener = (Listener *)source;
  while (listener->acceptedCount) close(listener->accepted[--listener->acceptedCount]);
  close(source->fd);
  free(listener);
}

static void listenerConstructor(xsMachine *the) {
  struct sockaddr_storage address;
  socklen_t length;
  xsSlot *onReadable;
  Listener *listener;
  int port, fd, yes = 1;
  xsmcVars(1);
  if (xsmcArgc < 1 || xsmcTypeOf(xsArg(0)) != xsReferenceType) xsTypeError("options required");
  onReadable = ioCallback(the, gIds.onReadable);
  port = ioPort(the, 0, 0);
  xsmcGet(xsVar(0), xsArg(0), gIds.format);
  if (xsmcTest(xsVar(0)) && strcmp(xsmcToString(xsVar(0)), "socket/tcp")) xsRangeError("unsupported format");
  xsmcGet(xsVar(0), xsArg(0), gIds.address);
  length = ioAddress(the, xsmcTest(xsVar(0)) ? xsmcToString(xsVar(0)) : "0.0.0.0", port, &address);
  ioTarget(the);
  listener = calloc(1, sizeof *listener);
  if (!listener) xsUnknownError("no memory for a socket");
  fd = ioSocket(address.ss_family);
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) || listen(fd, BACKLOG)) {
    if (fd >= 0) close(fd);
    free(listener);
    xsUnknownError("cannot listen on port %d", port);
  }
  listener->source = (Source){.fd = fd,
                              .events = listenerEvents,
                              .pending = listenerPending,
                              .dispatch = listenerDispatch,
                              .release = listenerRelease};
  listener->onReadable = onReadable;
  listener->self = xsThis;
  xsmcSetHostData(xsThis, listener);
  xsRemember(listener->self);
  loopAdd(&listener->source);
}

static void listenerClose(xsMachine *the) {
  Listener *listener = listenerOf(the);
  if (!listener) return;
  xsmcSetHostData(xsThis, NULL);
  xsForget(listener->self);
  listener->onReadable = NULL;
  listener->source.closed = 1;
}

static void listenerRead(xsMachine *the) {
  Listener *listener = openListener(the);
  int fd;
  if (!listener->acceptedCount) return;
  fd = listener->accepted[0];
  memmove(listener->accepted, listener->accepted + 1, (size_t)--listener->acceptedCount * sizeof(int));
  tcpAdopt(the, fd);
}

static void listenerPort(xsMachine *the) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  getsockname(openListener(the)->source.fd, (struct sockaddr *)&address, &length);
  xsmcSetInteger(xsResult, ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                                               : ((struct sockaddr_in *)&address)->sin_port));
}

static void listenerFormat(xsMachine *the) {
  xsmcSetString(xsResult, "socket/tcp");
}

static const NativeMethod listenerMethods[] = {
    {"close", listenerClose, 0, METHOD},
    {"read", listenerRead, 0, METHOD},
    {"port", listenerPort, 0, GETTER},
    {"format", listenerFormat, 0, GETTER},
    {NULL, NULL, 0, 0},
};

const NativeClass gListenerClass = {"Listener", listenerConstructor, &listenerHooks, listenerMethods};
