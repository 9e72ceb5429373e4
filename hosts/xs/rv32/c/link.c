/*
 * The stream by a virtio console (virtio 1.1, the legacy interface over MMIO, without multiport): the device
 * reads and writes memory, so that octets come and go by the frame and not by the FIFO of a UART.
 */
#include "board.h"

#define REGISTER(OFFSET) (*(volatile uint32_t *)(base + (OFFSET)))

enum {
  FIRST_SLOT = 0x10001000, SLOT = 0x1000, SLOTS = 8, /* slot n has interrupt line n + 1 */
  MAGIC = 0x74726976, CONSOLE = 3,
  DEVICE_ID = 0x008, GUEST_FEATURES = 0x020, PAGE_SIZE = 0x028, QUEUE_SELECT = 0x030, QUEUE_SIZE = 0x038,
  QUEUE_ALIGN = 0x03c, QUEUE_PAGE = 0x040, NOTIFY = 0x050, INTERRUPTS = 0x060, ACKNOWLEDGE = 0x064, STATUS = 0x070,
  PAGE = 4096, ENTRIES = 8, BUFFER = 4096,
  NEXT = 1, DEVICE_WRITES = 2,
};

typedef struct {
  uint64_t address;
  uint32_t length;
  uint16_t flags, next;
} Descriptor;

typedef struct {
  Descriptor descriptors[ENTRIES];
  struct {
    uint16_t flags, index, ring[ENTRIES];
  } available;
  struct {
    uint16_t flags, index;
    struct {
      uint32_t id, length;
    } ring[ENTRIES];
  } used __attribute__((aligned(PAGE)));
} Queue;

static volatile Queue in __attribute__((aligned(PAGE))), out __attribute__((aligned(PAGE)));
static uint8_t buffers[ENTRIES][BUFFER];
static uintptr_t base;
static uint16_t taken; /* of in.used */
static size_t first; /* octets taken of the buffer at `taken` */

static void barrier(void) {
  __asm__ volatile("fence" : : : "memory");
}

static void setUp(int number, volatile Queue *queue) {
  REGISTER(QUEUE_SELECT) = (uint32_t)number;
  REGISTER(QUEUE_SIZE) = ENTRIES;
  REGISTER(QUEUE_ALIGN) = PAGE;
  REGISTER(QUEUE_PAGE) = (uint32_t)(uintptr_t)queue / PAGE;
}

static void offer(uint16_t id) {
  in.available.ring[in.available.index % ENTRIES] = id;
  barrier();
  in.available.index++;
  barrier();
  REGISTER(NOTIFY) = 0;
}

void linkStart(void) {
  int slot;
  uint16_t id;
  for (slot = 0; slot < SLOTS; slot++) {
    base = FIRST_SLOT + (uintptr_t)slot * SLOT;
    if (REGISTER(0) == MAGIC && REGISTER(DEVICE_ID) == CONSOLE) break;
  }
  REGISTER(STATUS) = 0;
  REGISTER(STATUS) = 1 | 2;
  REGISTER(GUEST_FEATURES) = 0;
  REGISTER(PAGE_SIZE) = PAGE;
  setUp(0, &in);
  setUp(1, &out);
  out.available.flags = 1; /* no interrupt for what is sent */
  REGISTER(STATUS) = 1 | 2 | 4;
  boardListen(slot + 1);
  for (id = 0; id < ENTRIES; id++) {
    in.descriptors[id].address = (uintptr_t)buffers[id];
    in.descriptors[id].length = BUFFER;
    in.descriptors[id].flags = DEVICE_WRITES;
    offer(id);
  }
}

int linkReadable(void) {
  REGISTER(ACKNOWLEDGE) = REGISTER(INTERRUPTS);
  return in.used.index != taken;
}

size_t linkRead(const uint8_t **octets) {
  uint32_t at = taken % ENTRIES;
  if (in.used.index == taken) return 0;
  barrier();
  *octets = buffers[in.used.ring[at].id] + first;
  return in.used.ring[at].length - first;
}

void linkDrop(size_t count) {
  uint32_t at = taken % ENTRIES;
  first += count;
  if (first < in.used.ring[at].length) return;
  first = 0;
  taken++;
  offer((uint16_t)in.used.ring[at].id);
}

void linkWrite(const void *head, size_t headCount, const void *octets, size_t count) {
  uint16_t index = out.available.index + 1;
  out.descriptors[0].address = (uintptr_t)head;
  out.descriptors[0].length = headCount;
  out.descriptors[0].flags = count ? NEXT : 0;
  out.descriptors[0].next = 1;
  out.descriptors[1].address = (uintptr_t)octets;
  out.descriptors[1].length = count;
  out.descriptors[1].flags = 0;
  out.available.ring[(index - 1) % ENTRIES] = 0;
  barrier();
  out.available.index = index;
  barrier();
  REGISTER(NOTIFY) = 1;
  while (out.used.index != index);
}
