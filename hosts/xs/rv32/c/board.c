/*
 * QEMU's machine `virt`: the timer, the interrupt lines that wake the core, physical memory protection, and the
 * device that ends the run. Interrupts are never taken: they only end `wfi`.
 */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>

#define REGISTER32(ADDRESS) (*(volatile uint32_t *)(ADDRESS))

enum { LONGEST_WAIT = 100000000 }; /* ticks */

#define PLIC 0x0c000000u
#define CLAIM REGISTER32(PLIC + 0x200004)
#define TIMER_LOW REGISTER32(0x0200bff8u)
#define TIMER_HIGH REGISTER32(0x0200bffcu)
#define ALARM_LOW REGISTER32(0x02004000u)
#define ALARM_HIGH REGISTER32(0x02004004u)
#define END REGISTER32(0x00100000u)

#define CSR_READ(NAME) ({ uint32_t value_; __asm__ volatile("csrr %0, " NAME : "=r"(value_)); value_; })
#define CSR_WRITE(NAME, VALUE) __asm__ volatile("csrw " NAME ", %0" : : "r"(VALUE))

void (*boardOnFault)(void *address);

enum { CAUSE_WRITE_FAULT = 7 };

static void __attribute__((interrupt, aligned(4))) trap(void) {
  uint32_t cause = CSR_READ("mcause");
  void *address = (void *)CSR_READ("mtval");
  if (cause == CAUSE_WRITE_FAULT && boardOnFault) (*boardOnFault)(address);
  fprintf(stderr, "board: trap %lu at %08lx, value %p\n", (unsigned long)cause,
          (unsigned long)CSR_READ("mepc"), address);
  fflush(stderr);
  boardExit(134);
}

void boardStart(void) {
  CSR_WRITE("mtvec", &trap);
  REGISTER32(PLIC + 0x200000) = 0;
  linkStart();
  CSR_WRITE("mie", (1u << 11) | (1u << 7)); /* external and timer; mstatus.MIE stays 0 */
}

void boardExit(int status) {
  END = status ? 0x3333u | (uint32_t)status << 16 : 0x5555u;
  for (;;) __asm__ volatile("wfi");
}

uint64_t boardTicks(void) {
  uint32_t high, low;
  do {
    high = TIMER_HIGH;
    low = TIMER_LOW;
  } while (high != TIMER_HIGH);
  return (uint64_t)high << 32 | low;
}

uint64_t boardInstructions(void) {
  uint32_t high, low;
  do {
    high = CSR_READ("minstreth");
    low = CSR_READ("minstret");
  } while (high != CSR_READ("minstreth"));
  return (uint64_t)high << 32 | low;
}

void boardListen(int line) {
  REGISTER32(PLIC + 4 * line) = 1;
  REGISTER32(PLIC + 0x2000) |= 1u << line;
}

/* The alarm is never far away: QEMU takes what is beyond its range for now. */
void boardWait(uint64_t untilTicks) {
  uint64_t now = boardTicks();
  if (untilTicks > now + LONGEST_WAIT) untilTicks = now + LONGEST_WAIT;
  ALARM_HIGH = 0xffffffffu;
  ALARM_LOW = (uint32_t)untilTicks;
  ALARM_HIGH = (uint32_t)(untilTicks >> 32);
  while (!linkReadable() && boardTicks() < untilTicks) {
    __asm__ volatile("wfi");
    CLAIM = CLAIM; /* what woke it must not wake it again */
  }
}

/* One locked NAPOT entry, which binds machine mode, too: readable only. What no entry names stays free. */
void boardProtect(void *start, size_t size) {
  CSR_WRITE("pmpaddr0", (uint32_t)start >> 2 | ((size >> 3) - 1));
  CSR_WRITE("pmpcfg0", 0x80u | 3u << 3 | 1u);
}

enum { MARK = 0x5ac3e197 };
extern uint32_t __heap_end[]; /* where the stack may grow to */
static uint32_t *stackTop;

void __attribute__((noinline)) boardStackMark(void) {
  uint32_t *word = __heap_end;
  stackTop = __builtin_frame_address(0);
  while (word < stackTop - 16) *word++ = MARK;
}

size_t boardStackUsed(void) {
  uint32_t *word = __heap_end;
  if (!stackTop) return 0; /* nothing was marked */
  while (*word == MARK) word++;
  return (size_t)((char *)stackTop - (char *)word);
}
