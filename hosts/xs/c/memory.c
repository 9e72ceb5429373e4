/*
 * Memory as on a microcontroller. The root machine (built-ins and preloaded modules, a device's flash) lives
 * in an arena that is write-protected when it is complete; the clone that runs the app gets one static block
 * for everything: chunks grow from its bottom, slots and the stack from its top, and nothing else is there.
 */
#include "xsAll.h"
#include <signal.h>
#include <sys/mman.h>

#include "host.h"

#define ARENA_SIZE (256u << 20)

static unsigned char *arenaStart;
static unsigned char *arenaNext;
static int arenaSealed;

static void onFault(int number, siginfo_t *info, void *context) {
  unsigned char *address = info->si_addr;
  static const char text[] = "ringlet-xs: a write to preloaded (read-only) memory\n";
  (void)context;
  if (arenaSealed && address >= arenaStart && address < arenaNext) {
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(EXIT_ENGINE);
    _exit(EXIT_READ_ONLY);
  }
  signal(number, SIG_DFL);
}

static void *arenaAllocate(size_t size) {
  unsigned char *result;
  if (!arenaStart) {
    arenaStart = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (arenaStart == MAP_FAILED) fail(EXIT_ENGINE, "cannot reserve memory for the built-ins");
    arenaNext = arenaStart;
  }
  size = (size + 15) & ~(size_t)15;
  if (arenaNext + size > arenaStart + ARENA_SIZE)
    fail(EXIT_MEMORY_FULL, "the preloaded modules need more than %u MiB", ARENA_SIZE >> 20);
  result = arenaNext;
  arenaNext += size;
  return result;
}

void memorySealArena(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = onFault;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, NULL);
  if (mprotect(arenaStart, ARENA_SIZE, PROT_READ)) fail(EXIT_ENGINE, "cannot write-protect the built-ins");
  arenaSealed = 1;
}

void fxCreateMachinePlatform(txMachine *the) {
  Block *block = the->context;
  if (block) {
    the->blockStart = the->chunksEnd = block->start;
    the->blockEnd = the->slotsStart = block->end;
  }
}

void fxDeleteMachinePlatform(txMachine *the) {
  (void)the;
}

/*
 * XS asks for `size` octets more: a chunk and a block header. It then extends the last block by `size` if
 * what we return is where that block ends. In a static block there is one area and its free tail counts, so
 * only the missing part is taken, and the block's limit is set back to where XS's own addition makes it end
 * at chunksEnd.
 */
void *fxAllocateChunks(txMachine *the, txSize size) {
  txBlock *area = the->firstBlock;
  unsigned char *result;
  txSize missing;
  if (!the->blockStart) return arenaAllocate(size);
  if (!area) {
    if (size > the->slotsStart - the->chunksEnd) return NULL;
    result = the->chunksEnd;
    the->chunksEnd += size;
    return result;
  }
  missing = size - (txSize)sizeof(txBlock) - (txSize)(area->limit - area->current);
  if (missing > the->slotsStart - the->chunksEnd) return NULL;
  the->chunksEnd += missing;
  area->limit = (txByte *)the->chunksEnd - size;
  the->maximumChunksSize += missing - size;
  return area->limit;
}

void fxFreeChunks(txMachine *the, void *chunks) {
  (void)the;
  (void)chunks;
}

static txSlot *slotsFromBlock(txMachine *the, txSize size) {
  if (size > the->slotsStart - the->chunksEnd) return NULL;
  the->slotsStart -= size;
  return (txSlot *)the->slotsStart;
}

/* When the gap is used up, a compaction may give back the tail of the chunk area. */
txSlot *fxAllocateSlots(txMachine *the, txSize count) {
  txSize size = count * (txSize)sizeof(txSlot);
  txSlot *result;
  txBlock *area;
  if (!the->blockStart) return arenaAllocate(size);
  result = slotsFromBlock(the, size);
  area = the->firstBlock;
  if (result || !the->stack || !area) return result;
  fxCollect(the, XS_COMPACT_FLAG | XS_ORGANIC_FLAG);
  the->maximumChunksSize -= (txSize)(area->limit - area->current);
  area->limit = area->current;
  the->chunksEnd = (unsigned char *)area->current;
  return slotsFromBlock(the, size);
}

void fxFreeSlots(txMachine *the, void *slots) {
  (void)the;
  (void)slots;
}

static void printException(txMachine *the, const char *what) {
  txSlot exception = mxException;
  txString volatile text = NULL;
  mxTry(the) {
    mxPushSlot(&exception);
    if (mxIsReference(the->stack)) {
      mxDub();
      mxGetID(mxID(_stack));
      if (mxIsUndefined(the->stack)) mxPop();
    }
    text = fxToString(the, the->stack);
  }
  mxCatch(the) {
  }
  fprintf(stderr, "ringlet-xs: %s: %s\n", what, text ? text : "(a value that cannot be printed)");
}

#if XS_MAJOR_VERSION >= 14
#define XS_STACK_OVERFLOW_EXIT XS_JAVASCRIPT_STACK_OVERFLOW_EXIT
#endif

/* XS calls this when it cannot go on. Nothing is unwound: the process ends, as a device restarts. */
void fxAbort(txMachine *the, int status) {
  static int aborting;
  if (aborting++) fail(EXIT_MEMORY_FULL, "no memory left to print the error");
  fflush(stdout);
  switch (status) {
  case XS_UNHANDLED_EXCEPTION_EXIT:
    printException(the, "uncaught exception");
    exit(EXIT_APP_FAILED);
  case XS_UNHANDLED_REJECTION_EXIT:
    printException(the, "unhandled promise rejection");
    exit(EXIT_APP_FAILED);
  case XS_STACK_OVERFLOW_EXIT:
    fail(EXIT_STACK_OVERFLOW, "stack overflow: more than %d slots (--stack)",
         (int)(the->stackTop - the->stackBottom));
  case XS_NOT_ENOUGH_MEMORY_EXIT:
    if (!the->blockStart) fail(EXIT_MEMORY_FULL, "memory full while preloading");
    fail(EXIT_MEMORY_FULL,
         "memory full: the block of %ld octets (--memory) holds %ld of stack, %ld slots of %d (%ld octets), "
         "%ld octets of chunks, and %ld free ones are not enough",
         (long)(the->blockEnd - the->blockStart), (long)((the->stackTop - the->stackBottom) * sizeof(txSlot)),
         (long)the->currentHeapCount, (int)sizeof(txSlot), (long)(the->currentHeapCount * sizeof(txSlot)),
         (long)the->currentChunksSize, (long)(the->slotsStart - the->chunksEnd));
  default:
    fail(EXIT_ENGINE, "the engine gave up (status %d)", status);
  }
}
