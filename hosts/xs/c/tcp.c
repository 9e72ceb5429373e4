/*
 * The class of "embedded:io/socket/tcp", with the habits of Moddable's lwIP port: a read takes exactly as
 * much as it asks for or throws, a write is taken whole or throws, the send buffer is bounded, octets that
 * were received before the end are delivered before onError, and after the end nothing can be written.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include "fifo.h"
#include "io.h"

/* `ErrorId.transportReset`. */
enum { TRANSPORT_RESET = 505 };

typedef struct {
  Source source; /* first: a Source * is a Tcp * */
  xsSlot self;
  xsSlot *onReadable, *onWritable, *onError; /* NULL where the app has none */
  Fifo received, sending;
  Format format;
  uint8_t connecting;
  uint8_t ready; /* connected, and the peer has not ended */
  uint8_t ended; /* by the peer or by an error */
  uint8_t failed; /* by an error, as a reset: octets that wait to be read do not hold that back */
  uint8_t detached; /* closed by the app; what is left to send still goes out */
  uint8_t readableDue, writableDue;
} Tcp;

static void tcpMark(xsMachine *the, void *data, xsMarkRoot mark) {
  Tcp *tcp = data;
  if (!tcp) return;
  if (tcp->onReadable) (*mark)(the, tcp->onReadable);
  if (tcp->onWritable) (*mark)(the, tcp->onWritable);
  if (tcp->onError) (*mark)(the, tcp->onError);
}

static const xsHostHooks tcpHooks = {NULL, tcpMark, NULL};

/* NULL after close. */
static Tcp *tcpOf(xsMachine *the, xsSlot *slot) {
  if (xsmcTypeOf(*slot) != xsReferenceType || fxGetHostHooks(the, slot) != &tcpHooks) xsTypeError("no TCP");
  return fxGetHostData(the, slot);
}

static Tcp *openTcp(xsMachine *the) {
  Tcp *tcp = tcpOf(the, &xsThis);
  if (!tcp) xsUnknownError("closed");
  return tcp;
}

/* The loop's side */

/* The connection is no more: nothing can be sent. */
static void lose(Tcp *tcp) {
  tcp->ended = tcp->failed = 1;
  tcp->ready = 0;
  tcp->sending.count = 0;
}

static void flush(Tcp *tcp) {
  while (tcp->sending.count) {
    uint8_t *start;
    size_t run = fifoReadable(&tcp->sending, &start);
    ssize_t sent = send(tcp->source.fd, start, run, MSG_NOSIGNAL);
    if (sent > 0) {
      fifoDrop(&tcp->sending, (size_t)sent);
      tcp->writableDue = 1;
      gAwaits = 1;
    } else if (errno == EAGAIN || errno == EINTR)
      return;
    else
      lose(tcp);
  }
}

static void receive(Tcp *tcp) {
  while (!tcp->ended && fifoRoom(&tcp->received)) {
    uint8_t *start;
    size_t run = fifoWritable(&tcp->received, &start);
    ssize_t count = recv(tcp->source.fd, start, run, 0);
    if (count > 0) {
      tcp->received.count += (size_t)count;
      tcp->readableDue = 1;
      gAwaits = 0;
    } else if (count < 0 && (errno == EAGAIN || errno == EINTR))
      return;
    else if (count < 0)
      lose(tcp);
    else {
      tcp->ended = 1;
      tcp->ready = 0;
    }
  }
}

static short tcpEvents(Source *source) {
  Tcp *tcp = (Tcp *)source;
  short events = 0;
  if (tcp->connecting && !tcp->detached) return POLLOUT;
  flush(tcp);
  if (tcp->detached && !tcp->sending.count) source->closed = 1;
  if (tcp->sending.count) events |= POLLOUT;
  if (tcp->ready && fifoRoom(&tcp->received)) events |= POLLIN;
  /* Whoever reads nothing is told of a reset, too. */
  if (tcp->ready) events |= POLLERR;
  return source->closed ? 0 : events;
}

static int errorDue(const Tcp *tcp) {
  return tcp->ended && !tcp->source.finished && (tcp->failed || !tcp->received.count);
}

static int tcpPending(Source *source) {
  Tcp *tcp = (Tcp *)source;
  if (source->closed) return 1;
  if (tcp->detached) return 0;
  return tcp->readableDue || (tcp->ready && tcp->writableDue) || errorDue(tcp);
}

static void finishConnecting(Tcp *tcp) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(tcp->source.fd, SOL_SOCKET, SO_ERROR, &error, &size);
  tcp->connecting = 0;
  if (error)
    tcp->ended = 1;
  else
    tcp->ready = tcp->writableDue = 1;
}

static void call(xsMachine *the, Tcp *tcp, xsSlot *callback, size_t count) {
  xsSlot argument;
  xsmcSetInteger(argument, (int)count);
  loopCall(the, &tcp->self, callback, &argument);
}

/* A failure has an id, by which the engine tells it from an end. */
static void reportEnd(xsMachine *machine, Tcp *tcp) {
  if (!tcp->failed) {
    loopCall(machine, &tcp->self, tcp->onError, NULL);
    return;
  }
  xsBeginHost(machine);
  xsmcVars(2);
  xsmcSetNewObject(xsVar(0));
  xsmcSetInteger(xsVar(1), TRANSPORT_RESET);
  xsmcSet(xsVar(0), gIds.id, xsVar(1));
  loopCall(machine, &tcp->self, tcp->onError, &xsVar(0));
  xsEndHost(machine);
}

static void tcpDispatch(xsMachine *the, Source *source, short events) {
  Tcp *tcp = (Tcp *)source;
  if (tcp->detached) return;
  if (tcp->connecting) {
    if (events) finishConnecting(tcp);
  } else if (tcp->ready && (events & (POLLIN | POLLHUP | POLLERR))) {
    receive(tcp);
    if (events & POLLERR) lose(tcp);
  }
  if (tcp->readableDue) {
    tcp->readableDue = 0;
    if (tcp->onReadable && tcp->received.count)
      call(the, tcp, tcp->onReadable, tcp->received.count);
  }
  if (tcp->ready && tcp->writableDue && !tcp->detached) {
    tcp->writableDue = 0;
    if (tcp->onWritable) call(the, tcp, tcp->onWritable, fifoRoom(&tcp->sending));
  }
  if (errorDue(tcp) && !tcp->detached) {
    source->finished = 1;
    if (tcp->onError) reportEnd(the, tcp);
  }
}

static void tcpRelease(Source *source) {
  Tcp *tcp = (Tcp *)source;
  if (source->fd >= 0) close(source->fd);
  free(tcp->received.octets);
  free(tcp->sending.octets);
  free(tcp);
}

/* JavaScript's side */

static Tcp *newTcp(xsMachine *the, int fd) {
  Tcp *tcp = calloc(1, sizeof *tcp);
  if (!tcp || !fifoInit(&tcp->received, (size_t)gOptions.receiveWindow) ||
      !fifoInit(&tcp->sending, (size_t)gOptions.sendWindow)) {
    close(fd);
    xsUnknownError("no memory for a socket");
  }
  tcp->source = (Source){
      .fd = fd, .events = tcpEvents, .pending = tcpPending, .dispatch = tcpDispatch, .release = tcpRelease};
  tcp->format = FORMAT_BUFFER;
  return tcp;
}

static void attach(xsMachine *the, Tcp *tcp, xsSlot *instance) {
  tcp->self = *instance;
  fxSetHostData(the, instance, tcp);
  xsRemember(tcp->self);
  loopAdd(&tcp->source);
}

static void detach(xsMachine *the, Tcp *tcp) {
  fxSetHostData(the, &tcp->self, NULL);
  xsForget(tcp->self);
  tcp->onReadable = tcp->onWritable = tcp->onError = NULL;
  tcp->detached = 1;
}

void tcpAdopt(xsMachine *the, int fd) {
  Tcp *tcp = newTcp(the, fd);
  tcp->ready = 1;
  tcp->writableDue = 1;
  xsResult = xsNewHostInstance(*nativesPrototype(&gTcpClass));
  attach(the, tcp, &xsResult);
}

static Format formatOf(xsMachine *the, xsSlot *slot) {
  const char *name = fxToString(the, slot);
  if (!strcmp(name, "buffer")) return FORMAT_BUFFER;
  if (strcmp(name, "number")) xsRangeError("unsupported format");
  return FORMAT_NUMBER;
}

static Tcp *openSocket(xsMachine *the) {
  struct sockaddr_storage address;
  socklen_t length;
  int port = ioPort(the, 0, -1), fd;
  Tcp *tcp;
  xsmcGet(xsVar(0), xsArg(0), gIds.address);
  if (xsmcTypeOf(xsVar(0)) == xsUndefinedType) xsmcGet(xsVar(0), xsArg(0), gIds.host);
  if (xsmcTypeOf(xsVar(0)) == xsUndefinedType) xsTypeError("address required");
  length = ioAddress(the, xsmcToString(xsVar(0)), port, &address);
  fd = ioSocket(address.ss_family);
  if (fd < 0) xsUnknownError("no socket");
  tcp = newTcp(the, fd);
  gAwaits = 1;
  if (connect(fd, (struct sockaddr *)&address, length) && errno != EINPROGRESS)
    tcp->ended = 1; /* told by onError, as any failure to connect */
  else
    tcp->connecting = 1;
  return tcp;
}

/* Takes the socket, and what it has received and not yet sent, over from another instance. */
static Tcp *takeOver(xsMachine *the) {
  Tcp *from, *tcp;
  xsmcGet(xsVar(0), xsArg(0), gIds.from);
  from = tcpOf(the, &xsVar(0));
  if (!from) xsUnknownError("`from` is closed");
  tcp = calloc(1, sizeof *tcp);
  if (!tcp) xsUnknownError("no memory for a socket");
  *tcp = *from;
  detach(the, from);
  from->source.closed = 1;
  from->source.fd = -1;
  from->received.octets = from->sending.octets = NULL;
  from->sending.count = 0;
  tcp->source.finished = 0;
  tcp->format = FORMAT_BUFFER;
  tcp->readableDue = tcp->received.count > 0;
  tcp->writableDue = 1;
  return tcp;
}

static void tcpConstructor(xsMachine *the) {
  xsSlot *onReadable, *onWritable, *onError;
  Format format = FORMAT_BUFFER;
  int setsNoDelay, noDelay = 0;
  Tcp *tcp;
  xsmcVars(1);
  if (xsmcArgc < 1 || xsmcTypeOf(xsArg(0)) != xsReferenceType) xsTypeError("options required");
  onReadable = ioCallback(the, gIds.onReadable);
  onWritable = ioCallback(the, gIds.onWritable);
  onError = ioCallback(the, gIds.onError);
  xsmcGet(xsVar(0), xsArg(0), gIds.format);
  if (xsmcTest(xsVar(0))) format = formatOf(the, &xsVar(0));
  /* The standard's name, then Moddable's. */
  xsmcGet(xsVar(0), xsArg(0), gIds.noDelay);
  if (xsmcTypeOf(xsVar(0)) == xsUndefinedType) xsmcGet(xsVar(0), xsArg(0), gIds.nodelay);
  setsNoDelay = xsmcTypeOf(xsVar(0)) != xsUndefinedType;
  if (setsNoDelay) noDelay = xsmcToBoolean(xsVar(0));
  ioTarget(the);
  tcp = xsmcHas(xsArg(0), gIds.from) ? takeOver(the) : openSocket(the);
  if (setsNoDelay) setsockopt(tcp->source.fd, IPPROTO_TCP, TCP_NODELAY, &noDelay, sizeof noDelay);
  tcp->onReadable = onReadable;
  tcp->onWritable = onWritable;
  tcp->onError = onError;
  tcp->format = format;
  attach(the, tcp, &xsThis);
}

static void tcpClose(xsMachine *the) {
  Tcp *tcp = tcpOf(the, &xsThis);
  if (tcp) detach(the, tcp);
}

/* read(): all, read(n): n octets, read(buffer): as many as the buffer holds. Nothing to read: undefined. */
static void tcpRead(xsMachine *the) {
  Tcp *tcp = openTcp(the);
  size_t available = tcp->received.count;
  uint8_t *target, single;
  xsUnsignedValue wanted;
  if (!available) return;
  if (tcp->format == FORMAT_NUMBER) {
    fifoGet(&tcp->received, &single, 1);
    xsmcSetInteger(xsResult, single);
    return;
  }
  if (xsmcArgc > 0 && xsmcTypeOf(xsArg(0)) == xsReferenceType) {
    xsmcGetBufferWritable(xsArg(0), (void **)&target, &wanted);
    if (!wanted || wanted > available) xsUnknownError("not so much to read");
    fifoGet(&tcp->received, target, wanted);
    xsmcSetInteger(xsResult, (int)wanted);
    return;
  }
  wanted = (xsUnsignedValue)available;
  if (xsmcArgc > 0 && xsmcTypeOf(xsArg(0)) != xsUndefinedType) {
    int count = xsmcToInteger(xsArg(0));
    if (count <= 0 || (size_t)count > available) xsUnknownError("not so much to read");
    wanted = (xsUnsignedValue)count;
  }
  xsmcSetArrayBuffer(xsResult, NULL, (int)wanted);
  xsmcGetBufferWritable(xsResult, (void **)&target, &wanted);
  fifoGet(&tcp->received, target, wanted);
}

static void tcpWrite(xsMachine *the) {
  Tcp *tcp = openTcp(the);
  uint8_t *octets, single;
  xsUnsignedValue count;
  if (!tcp->ready) xsUnknownError("not ready");
  if (tcp->format == FORMAT_NUMBER) {
    single = (uint8_t)xsmcToInteger(xsArg(0));
    octets = &single;
    count = 1;
  } else
    xsmcGetBufferReadable(xsArg(0), (void **)&octets, &count);
  if (count > fifoRoom(&tcp->sending)) xsUnknownError("would block");
  fifoPut(&tcp->sending, octets, count);
  xsmcSetInteger(xsResult, (int)fifoRoom(&tcp->sending));
}

static void tcpGetFormat(xsMachine *the) {
  xsmcSetString(xsResult, openTcp(the)->format == FORMAT_BUFFER ? "buffer" : "number");
}

static void tcpSetFormat(xsMachine *the) {
  Tcp *tcp = openTcp(the);
  tcp->format = formatOf(the, &xsArg(0));
}

static int remote(xsMachine *the, char *host, socklen_t hostSize, char *port, socklen_t portSize) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getpeername(openTcp(the)->source.fd, (struct sockaddr *)&address, &length)) return 0;
  return !getnameinfo((struct sockaddr *)&address, length, host, hostSize, port, portSize,
                      NI_NUMERICHOST | NI_NUMERICSERV);
}

static void tcpRemoteAddress(xsMachine *the) {
  char text[INET6_ADDRSTRLEN];
  if (remote(the, text, sizeof text, NULL, 0)) xsmcSetString(xsResult, text);
}

static void tcpRemotePort(xsMachine *the) {
  char text[8];
  if (remote(the, NULL, 0, text, sizeof text)) xsmcSetInteger(xsResult, atoi(text));
}

static const NativeMethod tcpMethods[] = {
    {"close", tcpClose, 0, METHOD},
    {"read", tcpRead, 0, METHOD},
    {"write", tcpWrite, 1, METHOD},
    {"remoteAddress", tcpRemoteAddress, 0, GETTER},
    {"remotePort", tcpRemotePort, 0, GETTER},
    {"format", tcpGetFormat, 0, GETTER},
    {"format", tcpSetFormat, 1, SETTER},
    {NULL, NULL, 0, 0},
};

const NativeClass gTcpClass = {"TCP", tcpConstructor, &tcpHooks, tcpMethods};
