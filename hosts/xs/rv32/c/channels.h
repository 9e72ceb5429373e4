/*
 * Channels: connections whose TCP/IP is outside the board. Frames go to and come from a bridge (../run.mjs) that has the
 * sockets. A frame is a type, a channel and a length (two octets, little-endian), then that many octets. Each side may
 * send only as many octets of data on a channel as the other has granted by credit, so that a frame never waits for room.
 *
 * type      from   payload
 * 'B'       board  ready: what came before may be lost
 * 'A'       bridge arguments, each with a NUL behind it
 * 'O'       board  address as text and a port: connect
 * 'O'       bridge connected
 * 'L'       board  address as text and a port: listen
 * 'L'       bridge listening, the port as 2 octets
 * 'I'       bridge a connection has come to a channel that listens
 * 'T'       board  the channel that listens, 1 octet: this channel takes a connection that has come there
 * 'D'       both   octets
 * 'C'       both   credit, 4 octets
 * 'E'       bridge the peer has ended
 * 'R'       bridge the connection is lost, or was not made
 * 'X'       both   the board closes / the channel can be used again
 * '1' '2'   board  a piece of standard output, standard error
 */
#ifndef RINGLET_CHANNELS
#define RINGLET_CHANNELS

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
  CHANNELS = 64,
  WINDOW = 16384, /* octets of credit for a channel that nothing is on its way on */
  LARGEST = 4096, /* octets of a frame */
  TICKS_PER_MS = 10000,
};

typedef enum { FREE, CONNECTING, OPEN, ENDED, LOST, CLOSING, LISTENING } State;

typedef struct {
  State state;
  uint8_t *octets; /* a ring of WINDOW */
  size_t first, count;
  size_t taken; /* and not yet granted again */
  size_t credit; /* of ours */
  size_t budget; /* that recv may still give in this turn, with --segment */
  size_t incoming; /* connections that have come to a channel that listens */
  uint64_t lastTicks; /* when the last octets came */
  struct sockaddr_storage peer; /* or, where it listens, the place */
} Channel;

extern Channel gChannels[CHANNELS];

void frameSend(int type, size_t channel, const void *octets, size_t count);
void channelGrant(size_t index, uint32_t count);
/* Takes what has come. */
void channelsPump(void);
/* The arguments, when all of them are there. */
const char *channelsArguments(size_t *length);

#endif
