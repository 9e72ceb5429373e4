/*
 * The calls for sockets, over channels. What an app cannot see is not there: options, flags, families.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <semihost.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "board.h"
#include "channels.h"
#include "machine.h"

enum { FIRST_FD = 64, SILENCE = 250 * TICKS_PER_MS };

static Channel *channelOf(int fd) {
  size_t index = (size_t)fd - FIRST_FD;
  if (index < CHANNELS && gChannels[index].state != FREE) return &gChannels[index];
  errno = EBADF;
  return NULL;
}

/* A channel that is free, or NULL; connecting. */
static Channel *claim(void) {
  size_t index;
  uint8_t *octets;
  for (index = 0; index < CHANNELS && gChannels[index].state != FREE; index++)
    ;
  if (index == CHANNELS) {
    errno = EMFILE;
    return NULL;
  }
  octets = gChannels[index].octets;
  if (!octets && !(octets = malloc(WINDOW))) {
    errno = ENOMEM;
    return NULL;
  }
  gChannels[index] = (Channel){.state = CONNECTING, .octets = octets};
  return &gChannels[index];
}

static int fdOf(const Channel *channel) {
  return (int)(channel - gChannels) + FIRST_FD;
}

/* Says to the bridge where a channel is to connect, or to listen. */
static void sendPlace(int type, int fd) {
  Channel *channel = channelOf(fd);
  char text[64];
  int count = snprintf(text, sizeof text, "%s %u", channel->peer.ss_text,
                       (unsigned)__builtin_bswap16(channel->peer.ss_port));
  frameSend(type, (size_t)fd - FIRST_FD, text, (size_t)count);
}

int socket(int family, int type, int protocol) {
  Channel *channel = claim();
  return channel ? fdOf(channel) : -1;
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  channelOf(fd)->peer = *(const struct sockaddr_storage *)address;
  sendPlace('O', fd);
  channelGrant((size_t)fd - FIRST_FD, WINDOW);
  errno = EINPROGRESS;
  return -1;
}

ssize_t send(int fd, const void *octets, size_t count, int flags) {
  Channel *channel = channelOf(fd);
  size_t now;
  if (!channel) return -1;
  if (channel->state == LOST) {
    errno = ECONNRESET;
    return -1;
  }
  /* What comes back within a turn depends on the bridge. */
  if (!channel->credit && !gSegment) channelsPump();
  now = count < channel->credit ? count : channel->credit;
  if (now > LARGEST) now = LARGEST;
  if (!now) {
    errno = EAGAIN;
    return -1;
  }
  channel->credit -= now;
  frameSend('D', (size_t)fd - FIRST_FD, octets, now);
  return (ssize_t)now;
}

ssize_t recv(int fd, void *octets, size_t count, int flags) {
  Channel *channel = channelOf(fd);
  size_t now, run;
  if (!channel) return -1;
  now = count < channel->count ? count : channel->count;
  if (gSegment && now > channel->budget) now = channel->budget;
  run = WINDOW - channel->first;
  if (now > run) now = run;
  if (!now) {
    if (!channel->count && channel->state == ENDED) return 0;
    errno = !channel->count && channel->state == LOST ? ECONNRESET : EAGAIN;
    return -1;
  }
  memcpy(octets, channel->octets + channel->first, now);
  channel->first = (channel->first + now) % WINDOW;
  channel->count -= now;
  channel->budget -= gSegment ? now : 0;
  channel->taken += now;
  if (channel->taken >= WINDOW / 4 && channel->state == OPEN) {
    channelGrant((size_t)fd - FIRST_FD, channel->taken);
    channel->taken = 0;
  }
  return (ssize_t)now;
}

int close(int fd) {
  Channel *channel;
  if (fd < FIRST_FD) return (int)sys_semihost_close(fd);
  if (!(channel = channelOf(fd))) return -1;
  channel->state = CLOSING;
  frameSend('X', (size_t)fd - FIRST_FD, NULL, 0);
  return 0;
}

/* With --segment, octets are there when a whole segment is, or when no more have come for so long. */
static int readable(Channel *channel, uint64_t now) {
  if (!channel->count) return 0;
  return !gSegment || channel->count >= gSegment || channel->state != OPEN ||
         now - channel->lastTicks >= SILENCE;
}

static short happened(const struct pollfd *entry, uint64_t now) {
  Channel *channel = channelOf(entry->fd);
  short events = 0;
  if (!channel) return POLLERR;
  if (channel->incoming) events |= POLLIN;
  if (channel->state == ENDED) events |= POLLIN;
  if (channel->state == LOST) events |= POLLIN | POLLOUT | POLLHUP | POLLERR;
  if (readable(channel, now)) events |= POLLIN;
  if (channel->state != CONNECTING && channel->credit) events |= POLLOUT;
  return events & (entry->events | POLLERR | POLLHUP);
}

/* With --segment, the bridge has taken all that was sent: what is done next does not depend on its speed. */
static int isSettled(void) {
  size_t index;
  for (index = 0; index < CHANNELS; index++)
    if (gChannels[index].state == OPEN && gChannels[index].credit != WINDOW) return 0;
  return 1;
}

int poll(struct pollfd *table, unsigned count, int timeout) {
  static int isMarked;
  uint64_t now = boardTicks();
  uint64_t end = timeout < 0 ? UINT64_MAX : now + (uint64_t)timeout * TICKS_PER_MS;
  if (!isMarked++) boardStackMark();
  for (;;) {
    int found = 0;
    uint64_t wake = end;
    unsigned i;
    channelsPump();
    while (gSegment && !isSettled()) {
      boardWait(boardTicks() + TICKS_PER_MS);
      channelsPump();
    }
    now = boardTicks();
    for (i = 0; i < count; i++) {
      if (table[i].fd < 0) {
        table[i].revents = 0;
        continue;
      }
      if ((table[i].revents = happened(&table[i], now))) found++;
      if (gSegment && (table[i].events & POLLIN)) {
        Channel *channel = channelOf(table[i].fd);
        if (channel && (table[i].revents & POLLIN)) channel->budget = gSegment;
        if (channel && channel->count && now + SILENCE < wake) wake = now + SILENCE;
      }
    }
    if (found) return found;
    if (now >= end) {
      machineWaited(timeout);
      return 0;
    }
    boardWait(wake);
  }
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
  Channel *channel = channelOf(fd);
  *(int *)value = channel && channel->state != LOST ? 0 : ECONNREFUSED;
  return 0;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
  return 0;
}

int getpeername(int fd, struct sockaddr *address, socklen_t *length) {
  Channel *channel = channelOf(fd);
  if (!channel) return -1;
  *(struct sockaddr_storage *)address = channel->peer;
  return 0;
}

int bind(int fd, const struct sockaddr *address, socklen_t length) {
  channelOf(fd)->peer = *(const struct sockaddr_storage *)address;
  return 0;
}

/* Waits for the bridge, which is the one that listens. */
int listen(int fd, int backlog) {
  Channel *channel = channelOf(fd);
  sendPlace('L', fd);
  while (channel->state == CONNECTING) {
    boardWait(UINT64_MAX);
    channelsPump();
  }
  if (channel->state == LISTENING) return 0;
  errno = EADDRINUSE;
  return -1;
}

int accept(int fd, struct sockaddr *address, socklen_t *length) {
  Channel *listener = channelOf(fd), *channel;
  uint8_t from = (uint8_t)(fd - FIRST_FD);
  if (!listener->incoming) {
    errno = EAGAIN;
    return -1;
  }
  if (!(channel = claim())) return -1;
  listener->incoming--;
  channel->state = OPEN;
  channel->peer = listener->peer;
  frameSend('T', (size_t)(channel - gChannels), &from, sizeof from);
  channelGrant((size_t)(channel - gChannels), WINDOW);
  return fdOf(channel);
}

/* Ours is asked for where we listen only. */
int getsockname(int fd, struct sockaddr *address, socklen_t *length) {
  return getpeername(fd, address, length);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  struct addrinfo *info = calloc(1, sizeof *info + sizeof(struct sockaddr_storage));
  struct sockaddr_storage *address = (struct sockaddr_storage *)(info + 1);
  const char *p;
  if (!info || strlen(name) >= sizeof address->ss_text) return -1;
  for (p = name; *p; p++)
    if (!strchr("0123456789abcdefABCDEF.:", *p)) return -1;
  address->ss_family = strchr(name, ':') ? AF_INET6 : AF_INET;
  address->ss_port = __builtin_bswap16((uint16_t)atoi(service));
  strcpy(address->ss_text, name);
  *info = (struct addrinfo){
      .ai_family = address->ss_family, .ai_addrlen = sizeof *address, .ai_addr = (struct sockaddr *)address};
  *found = info;
  return 0;
}

void freeaddrinfo(struct addrinfo *found) {
  free(found);
}

int getnameinfo(const struct sockaddr *address, socklen_t length, char *host, socklen_t hostSize, char *port,
                socklen_t portSize, int flags) {
  const struct sockaddr_storage *storage = (const struct sockaddr_storage *)address;
  if (host) snprintf(host, hostSize, "%s", storage->ss_text);
  if (port) snprintf(port, portSize, "%u", (unsigned)__builtin_bswap16(storage->ss_port));
  return 0;
}

int fcntl(int fd, int command, ...) {
  return 0;
}
