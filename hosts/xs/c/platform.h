/*
 * What XS asks of a platform: the system headers, the fields that this host adds to every machine, and
 * which of XS's default parts are used. XS includes this file through its XSPLATFORM setting.
 */
#ifndef RINGLET_XS_PLATFORM
#define RINGLET_XS_PLATFORM

#undef mxLittleEndian
#define mxLittleEndian 1
#undef mxLinux
#define mxLinux 1
#define mxExport extern
#define mxImport extern
#define XS_FUNCTION_NORETURN __attribute__((noreturn))

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define mxUseGCCAtomics 1
#define mxUsePOSIXThreads 1

/* 64-bit slots have room for a 32-bit ID; a 32-bit build keeps the 16-bit IDs of a microcontroller. */
#if INTPTR_MAX == INT64_MAX
#define mx32bitID 1
#endif

/*
 * The static block: chunks grow upwards from blockStart to chunksEnd, slots downwards from blockEnd to
 * slotsStart. All four are NULL in the root machine, which takes its memory from the arena instead.
 */
#define mxMachinePlatform \
  unsigned char *blockStart; \
  unsigned char *blockEnd; \
  unsigned char *chunksEnd; \
  unsigned char *slotsStart; \
  int promiseJobs; \
  void *waiterCondition; \
  void *waiterData; \
  void *waiterLink;

#define mxUseDefaultBuildKeys 1
#define mxUseDefaultParseScript 1
#define mxUseDefaultSharedChunks 1

#endif
