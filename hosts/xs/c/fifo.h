/*
 * A ring of octets outside the JavaScript heap: what lwIP's packet buffers are on a device.
 */
#ifndef RINGLET_XS_FIFO
#define RINGLET_XS_FIFO

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  uint8_t *octets;
  size_t size, first, count;
} Fifo;

static inline int fifoInit(Fifo *fifo, size_t size) {
  *fifo = (Fifo){.octets = malloc(size), .size = size};
  return fifo->octets != NULL;
}

static inline size_t fifoRoom(const Fifo *fifo) {
  return fifo->size - fifo->count;
}

/* The longest run that can be read, or filled, without a wrap. */
static inline size_t fifoReadable(const Fifo *fifo, uint8_t **start) {
  size_t run = fifo->size - fifo->first;
  *start = fifo->octets + fifo->first;
  return fifo->count < run ? fifo->count : run;
}

static inline size_t fifoWritable(const Fifo *fifo, uint8_t **start) {
  size_t end = fifo->first + fifo->count;
  size_t room = fifoRoom(fifo);
  if (end >= fifo->size) end -= fifo->size;
  *start = fifo->octets + end;
  return room < fifo->size - end ? room : fifo->size - end;
}

static inline void fifoDrop(Fifo *fifo, size_t count) {
  fifo->count -= count;
  fifo->first = fifo->count ? (fifo->first + count) % fifo->size : 0;
}

static inline void fifoGet(Fifo *fifo, uint8_t *target, size_t count) {
  while (count) {
    uint8_t *start;
    size_t run = fifoReadable(fifo, &start);
    if (run > count) run = count;
    memcpy(target, start, run);
    fifoDrop(fifo, run);
    target += run;
    count -= run;
  }
}

static inline void fifoPut(Fifo *fifo, const uint8_t *source, size_t count) {
  while (count) {
    uint8_t *start;
    size_t run = fifoWritable(fifo, &start);
    if (run > count) run = count;
    memcpy(start, source, run);
    fifo->count += run;
    source += run;
    count -= run;
  }
}

#endif
