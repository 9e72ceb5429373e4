/*
 * What the socket natives share: reading options, and sockets' addresses.
 */
#ifndef RINGLET_XS_IO
#define RINGLET_XS_IO

#include <sys/socket.h>

#include "xsmc.h"

#include "host.h"

typedef enum { FORMAT_NUMBER, FORMAT_BUFFER } Format;

/* A callback option, or NULL; throws for anything that is not callable. Uses xsVar(0). */
xsSlot *ioCallback(xsMachine *the, int id);
/* A port option from least to 65535; `otherwise` if it is absent. Uses xsVar(0). */
int ioPort(xsMachine *the, int least, int otherwise);
/* Sets the instance's target from the options. Uses xsVar(0). */
void ioTarget(xsMachine *the);
/* Throws unless the text is a numeric address. */
socklen_t ioAddress(xsMachine *the, const char *text, int port, struct sockaddr_storage *address);
/* A non-blocking socket, or -1. */
int ioSocket(int family);
void ioPrepare(int fd);

/* Makes the result a TCP instance that owns a connected socket. */
void tcpAdopt(xsMachine *the, int fd);

#endif
