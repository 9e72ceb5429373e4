/*
 * Frames to and from the bridge, and what those that come do to channels.
 */
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "channels.h"

Channel gChannels[CHANNELS];

/* Frames out */

void frameSend(int type, size_t channel, const void *octets, size_t count) {
  uint8_t head[4] = {(uint8_t)type, (uint8_t)channel, (uint8_t)count, (uint8_t)(count >> 8)};
  linkWrite(head, sizeof head, octets, count);
}

void channelGrant(size_t index, uint32_t count) {
  uint8_t octets[4] = {(uint8_t)count, (uint8_t)(count >> 8), (uint8_t)(count >> 16), (uint8_t)(count >> 24)};
  frameSend('C', index, octets, sizeof octets);
}

/* Frames in */

static char *arguments;
static size_t argumentsLength;
static uint8_t head[4];
static size_t headCount, left;

static void control(void) {
  Channel *channel = &gChannels[head[1] % CHANNELS];
  switch (head[0]) {
  case 'O':
    if (channel->state == CONNECTING) channel->state = OPEN;
    break;
  case 'L':
    if (channel->state == CONNECTING) channel->state = LISTENING;
    break;
  case 'I': channel->incoming++; break;
  case 'E':
    if (channel->state == OPEN) channel->state = ENDED;
    break;
  case 'R':
    if (channel->state != FREE && channel->state != CLOSING) channel->state = LOST;
    break;
  case 'X': channel->state = FREE; break;
  }
}

static void payload(const uint8_t *octets, size_t count, size_t at) {
  Channel *channel = &gChannels[head[1] % CHANNELS];
  switch (head[0]) {
  case 'A': memcpy(arguments + at, octets, count); break;
  case 'C':
    while (count--) channel->credit += (size_t)*octets++ << (8 * at++);
    break;
  case 'L':
    while (count--) ((uint8_t *)&channel->peer.ss_port)[1 - at++] = *octets++; /* which is in network order */
    break;
  case 'D':
    if (!channel->octets) break;
    while (count && channel->count < WINDOW) {
      size_t end = (channel->first + channel->count) % WINDOW;
      size_t run = WINDOW - (end > channel->count ? end : channel->count);
      if (run > count) run = count;
      memcpy(channel->octets + end, octets, run);
      channel->count += run;
      octets += run;
      count -= run;
    }
    channel->lastTicks = boardTicks();
    break;
  }
}

void channelsPump(void) {
  const uint8_t *octets;
  size_t count, now;
  while ((count = linkRead(&octets))) {
    if (headCount < sizeof head) {
      now = sizeof head - headCount < count ? sizeof head - headCount : count;
      memcpy(head + headCount, octets, now);
      linkDrop(now);
      if ((headCount += now) < sizeof head) continue;
      left = head[2] | (size_t)head[3] << 8;
      if (head[0] == 'A') arguments = malloc(argumentsLength = left);
    } else {
      now = left < count ? left : count;
      payload(octets, now, (head[2] | (size_t)head[3] << 8) - left);
      linkDrop(now);
      left -= now;
    }
    if (left) continue;
    control();
    headCount = 0;
  }
}

const char *channelsArguments(size_t *length) {
  *length = argumentsLength;
  return left || headCount ? NULL : arguments;
}
