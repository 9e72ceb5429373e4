/*
 * echo <wanted> <size>: for every <wanted> octets that come in on standard input, a socket, sends an unmasked binary
 * frame of <size> octets back. The other side of a round trip, at next to no cost of its own.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int await(short events) {
  struct pollfd one = {.fd = 0, .events = events};
  return poll(&one, 1, -1);
}

static int send_all(const unsigned char *octets, size_t count) {
  while (count > 0) {
    ssize_t sent = write(0, octets, count);
    if (sent > 0) {
      octets += sent;
      count -= (size_t)sent;
    } else if (errno != EAGAIN || await(POLLOUT) < 0)
      return -1;
  }
  return 0;
}

int main(int argc, char **argv) {
  unsigned char reply[2 + 125] = {0x82};
  unsigned char input[65536];
  if (argc != 3) return 2;
  size_t wanted = strtoull(argv[1], NULL, 10);
  size_t size = strtoull(argv[2], NULL, 10);
  if (wanted == 0 || size > 125) return 2;
  reply[1] = (unsigned char)size;
  size_t received = 0;
  for (;;) {
    ssize_t count = read(0, input, sizeof input);
    if (count == 0) return 0;
    if (count < 0) {
      if (errno != EAGAIN || await(POLLIN) < 0) return 1;
      continue;
    }
    for (received += (size_t)count; received >= wanted; received -= wanted)
      if (send_all(reply, 2 + size) < 0) return 1;
  }
}
