/*
 * wslay's event API over messages in memory: parse <opcode> <size> <chunk> <count> prints the CPU time in ns that
 * <count> unmasked messages of <size> octets took, handed over in chunks of <chunk> octets.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wslay/wslay.h>

struct feed {
  const uint8_t *block;
  size_t size, at, chunk, left;
  size_t messages;
};

static ssize_t receive(wslay_event_context_ptr context, uint8_t *to, size_t room, int flags, void *data) {
  struct feed *feed = data;
  size_t count = feed->left;
  (void)flags;
  if (count == 0) {
    wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
    return -1;
  }
  if (count > room) count = room;
  memcpy(to, feed->block + feed->at, count);
  feed->at += count;
  feed->left -= count;
  return (ssize_t)count;
}

static void message(wslay_event_context_ptr context, const struct wslay_event_on_msg_recv_arg *arg, void *data) {
  (void)context;
  (void)arg;
  ((struct feed *)data)->messages++;
}

/* Messages of ASCII; binary ones may hold the same. */
static uint8_t *block(uint8_t opcode, size_t size, size_t count, size_t *length) {
  size_t header = size < 126 ? 2 : size < 65536 ? 4 : 10;
  uint8_t *octets = malloc((header + size) * count);
  for (size_t i = 0; i < count; i++) {
    uint8_t *at = octets + i * (header + size);
    at[0] = 0x80 | opcode;
    at[1] = size < 126 ? size : size < 65536 ? 126 : 127;
    for (size_t k = 2; k < header; k++) at[k] = size >> (8 * (header - 1 - k));
    for (size_t k = 0; k < size; k++) at[header + k] = 'a' + k % 26;
  }
  *length = (header + size) * count;
  return octets;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  size_t size = strtoull(argv[2], NULL, 10);
  size_t chunk = strtoull(argv[3], NULL, 10);
  size_t count = strtoull(argv[4], NULL, 10);
  size_t whole = (1 << 20) / (size + 10) + 1;
  struct feed feed = {.chunk = chunk};
  feed.block = block((uint8_t)atoi(argv[1]), size, whole, &feed.size);
  struct wslay_event_callbacks callbacks = {.recv_callback = receive, .on_msg_recv_callback = message};
  wslay_event_context_ptr context;
  if (wslay_event_context_client_init(&context, &callbacks, &feed) != 0) return 1;
  struct timespec before, after;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  while (feed.messages < count) {
    if (feed.at == feed.size) feed.at = 0;
    feed.left = feed.size - feed.at < chunk ? feed.size - feed.at : chunk;
    if (wslay_event_recv(context) != 0) return 1;
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  printf("%lld\n", (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec);
  return 0;
}
