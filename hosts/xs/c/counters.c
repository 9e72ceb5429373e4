/*
 * The memory counters. Each is an integer read from the machine, so that reading one allocates nothing.
 */
#include "xsAll.h"

#include "host.h"

/* Root objects and module variables that the clone has written to: each was copied into the block. */
static txInteger aliases(txMachine *the) {
  txInteger count = 0;
  txID i;
  for (i = 0; i < the->aliasCount; i++)
    if (the->aliasArray[i]) count++;
  return count;
}

static txInteger freeOctets(txMachine *the) {
  return (txInteger)(the->slotsStart - the->chunksEnd);
}

static txInteger stackPeak(txMachine *the) {
  return (txInteger)(the->stackTop - the->stackPeak);
}

static void result(txMachine *the, txInteger value) {
  mxResult->kind = XS_INTEGER_KIND;
  mxResult->value.integer = value;
}

static void counterSlots(txMachine *the) { result(the, the->currentHeapCount); }
static void counterSlotsReserved(txMachine *the) { result(the, the->maximumHeapCount); }
static void counterChunks(txMachine *the) { result(the, the->currentChunksSize); }
static void counterCollections(txMachine *the) { result(the, the->garbageCollectionCount); }
static void counterStackPeak(txMachine *the) { result(the, stackPeak(the)); }
static void counterBlockSize(txMachine *the) { result(the, (txInteger)(the->blockEnd - the->blockStart)); }
static void counterFree(txMachine *the) { result(the, freeOctets(the)); }
static void counterAliases(txMachine *the) { result(the, aliases(the)); }
static void counterSlotSize(txMachine *the) { result(the, (txInteger)sizeof(txSlot)); }
static void counterEngineVersion(txMachine *the) {
  result(the, XS_MAJOR_VERSION * 100 + XS_MINOR_VERSION);
}

static void counterCollect(txMachine *the) {
  fxCollectGarbage(the);
}

static void counterChunksReserved(txMachine *the) {
  result(the, (txInteger)(the->chunksEnd - the->blockStart));
}

/* The desk has nothing to count with; a board has. */
double __attribute__((weak)) hostInstructions(void) {
  return 0;
}

static void counterInstructions(txMachine *the) {
  mxResult->kind = XS_NUMBER_KIND;
  mxResult->value.number = hostInstructions();
}

static void counterComputrons(txMachine *the) {
  result(the, (txInteger)(the->meterIndex & 0x7FFFFFFF));
}

const NativeFunction gCounterNatives[] = {
    {"aliases", counterAliases, 0},
    {"blockSize", counterBlockSize, 0},
    {"chunks", counterChunks, 0},
    {"chunksReserved", counterChunksReserved, 0},
    {"collect", counterCollect, 0},
    {"collections", counterCollections, 0},
    {"computrons", counterComputrons, 0},
    {"engineVersion", counterEngineVersion, 0},
    {"free", counterFree, 0},
    {"instructions", counterInstructions, 0},
    {"slotSize", counterSlotSize, 0},
    {"slots", counterSlots, 0},
    {"slotsReserved", counterSlotsReserved, 0},
    {"stackPeak", counterStackPeak, 0},
    {NULL, NULL, 0},
};

void countersReport(txMachine *the) {
  fprintf(stderr,
          "{\"engine\":{\"version\":\"%d.%d.%d\",\"bits\":%d},\"block\":%ld,\"free\":%d,\"slots\":%d,"
          "\"slotsReserved\":%d,\"slotSize\":%d,\"chunks\":%d,\"chunksReserved\":%ld,\"collections\":%d,"
          "\"stack\":%ld,\"stackPeak\":%d,\"aliases\":%d,\"computrons\":%u,\"bytecode\":%ld}\n",
          XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION, (int)sizeof(void *) * 8,
          (long)(the->blockEnd - the->blockStart), freeOctets(the), the->currentHeapCount, the->maximumHeapCount,
          (int)sizeof(txSlot), the->currentChunksSize, (long)(the->chunksEnd - the->blockStart),
          the->garbageCollectionCount, (long)(the->stackTop - the->stackBottom), stackPeak(the),
          aliases(the), (unsigned)the->meterIndex, modulesBytecode());
}
