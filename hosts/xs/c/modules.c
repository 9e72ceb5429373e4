/*
 * Finding, loading and running modules. A module's ID is its specifier (built-in and preloaded modules) or
 * its absolute path. In the root, code is compiled for XS's ordinary opcodes, as the Moddable linker does
 * for preloaded modules. In the clone, code stays where the compiler put it, outside the static block: a
 * device executes the bytecode of modules that are not preloaded from flash.
 */
#include "xsAll.h"
#include "xsScript.h"

#include "bootstrap.h"
#include "host.h"

typedef struct {
  const char *next;
  const char *end;
} Text;

static int nextCharacter(void *stream) {
  Text *text = stream;
  return text->next < text->end ? (unsigned char)*text->next++ : C_EOF;
}

static char *readFile(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  char *result;
  long length;
  if (!file) return NULL;
  fseek(file, 0, SEEK_END);
  length = ftell(file);
  rewind(file);
  result = length < 0 ? NULL : malloc((size_t)length + 1);
  if (result && fread(result, 1, (size_t)length, file) != (size_t)length) {
    free(result);
    result = NULL;
  }
  fclose(file);
  *size = (size_t)length;
  return result;
}

static long bytecode;

long modulesBytecode(void) {
  return bytecode;
}

static const BootstrapModule *findBuiltIn(const char *specifier) {
  const BootstrapModule *module;
  for (module = gBootstrapModules; module->specifier; module++)
    if (!strcmp(module->specifier, specifier)) return module;
  return NULL;
}

static const Preload *findPreload(const char *specifier) {
  int i;
  for (i = 0; i < gOptions.preloadCount; i++)
    if (!strcmp(gOptions.preloads[i].specifier, specifier)) return &gOptions.preloads[i];
  return NULL;
}

/* A file that was preloaded under a specifier is that module, however it is imported. */
static const char *canonicalName(const char *path) {
  int i;
  for (i = 0; i < gOptions.preloadCount; i++)
    if (!strcmp(gOptions.preloads[i].path, path)) return gOptions.preloads[i].specifier;
  return path;
}

static const char *fileOf(const char *moduleName) {
  const Preload *preload = findPreload(moduleName);
  return preload ? preload->path : moduleName;
}

txID fxFindModule(txMachine *the, txSlot *realm, txID moduleID, txSlot *slot) {
  char name[C_PATH_MAX], path[C_PATH_MAX], real[C_PATH_MAX];
  const Preload *preload;
  (void)realm;
  fxToStringBuffer(the, slot, name, sizeof name);
  if (findBuiltIn(name)) return fxNewNameC(the, name);
  preload = findPreload(name);
  if (preload) return fxNewNameC(the, (txString)canonicalName(preload->path));
  if (name[0] == '.') {
    const char *base = moduleID == XS_NO_ID ? "" : fileOf(fxGetKeyName(the, moduleID));
    const char *slash = strrchr(base, '/');
    int directory = slash ? (int)(slash - base) : 0;
    if (snprintf(path, sizeof path, "%.*s/%s", directory, base, name) >= (int)sizeof path) return XS_NO_ID;
  } else if (name[0] == '/')
    strcpy(path, name);
  else
    return XS_NO_ID;
  if (!realpath(path, real)) return XS_NO_ID;
  return fxNewNameC(the, (txString)canonicalName(real));
}

static txScript *compile(txMachine *the, const char *name, const char *source, size_t size, txUnsigned flags) {
  txParser _parser;
  txParser *parser = &_parser;
  txParserJump jump;
  txScript *volatile script = NULL;
  Text text = {source, source + size};
  fxInitializeParser(parser, the, the->parserBufferSize, the->parserTableModulo);
  parser->firstJump = &jump;
  if (c_setjmp(jump.jmp_buf) == 0) {
    parser->path = fxNewParserSymbol(parser, (txString)name);
    fxParserTree(parser, &text, nextCharacter, flags, NULL);
    fxParserHoist(parser);
    fxParserBind(parser);
    script = fxParserCode(parser);
  }
  if (parser->errorCount) fprintf(stderr, "ringlet-xs: %s: %s\n", name, parser->errorMessage);
  fxTerminateParser(parser);
  return script;
}

/*
 * What the linker does to a module in flash: symbols are resolved to this machine's IDs for good, and the
 * opcodes that copy functions and strings into chunks become those that use them in place.
 */
static void useInPlace(txMachine *the, txScript *script) {
  txByte *p = script->symbolsBuffer, *end;
  txID *ids, count, id, i;
  if (!p) return;
  mxDecodeID(p, count);
  ids = malloc(count * sizeof(txID));
  ids[0] = XS_NO_ID;
  for (i = 1; i < count; i++) {
    ids[i] = fxNewNameC(the, (txString)p);
    p += strlen((char *)p) + 1;
  }
  end = script->codeBuffer + script->codeSize;
  for (p = script->codeBuffer; p < end;) {
    txU1 *opcode = (txU1 *)p;
    txS1 size = gxCodeSizes[*opcode];
    txU2 length2;
    txU4 length4;
    switch (*opcode) {
    case XS_CODE_CODE_1: *opcode = XS_CODE_CODE_ARCHIVE_1; break;
    case XS_CODE_CODE_2: *opcode = XS_CODE_CODE_ARCHIVE_2; break;
    case XS_CODE_CODE_4: *opcode = XS_CODE_CODE_ARCHIVE_4; break;
    case XS_CODE_STRING_1: *opcode = XS_CODE_STRING_ARCHIVE_1; break;
    case XS_CODE_STRING_2: *opcode = XS_CODE_STRING_ARCHIVE_2; break;
    case XS_CODE_STRING_4: *opcode = XS_CODE_STRING_ARCHIVE_4; break;
    }
    p++;
    switch (size) {
    case 0:
      mxDecodeID(p, id);
      if (id != XS_NO_ID) {
        p -= sizeof(txID);
        id = ids[id];
        mxEncodeID(p, id);
      }
      break;
    case -1: p += 1 + *(txU1 *)p; break;
    case -2:
      mxDecode2(p, length2);
      p += length2;
      break;
    case -4:
      mxDecode4(p, length4);
      p += length4;
      break;
    default: p += size - 1;
    }
  }
  free(ids);
  free(script->symbolsBuffer);
  script->symbolsBuffer = NULL; /* which also tells XS not to free the code */
}

void fxLoadModule(txMachine *the, txSlot *module, txID moduleID) {
  char name[C_PATH_MAX];
  const BootstrapModule *builtIn;
  txScript *script;
  strncpy(name, fxGetKeyName(the, moduleID), sizeof name - 1);
  name[sizeof name - 1] = 0;
  builtIn = findBuiltIn(name);
  if (builtIn)
    script = compile(the, name, builtIn->source, strlen(builtIn->source), 0);
  else {
    size_t size;
    char *source = readFile(fileOf(name), &size);
    if (!source) return;
    script = compile(the, fileOf(name), source, size, 0);
    free(source);
    if (script) bytecode += script->codeSize;
  }
  if (!script) return;
  if (the->blockStart) useInPlace(the, script);
  fxResolveModule(the, module, moduleID, script, C_NULL, C_NULL);
}

void modulesRunScript(txMachine *the, const char *path) {
  size_t size;
  char *source = readFile(path, &size);
  if (!source) fail(EXIT_USAGE, "cannot read %s", path);
  fxBeginHost(the);
  {
    txSlot *program = mxProgram.value.reference;
    txSlot *realm = mxModuleInstanceInternal(program)->value.module.realm;
    txScript *script = compile(the, path, source, size, mxProgramFlag);
    if (script) bytecode += script->codeSize;
    mxTry(the) {
      fxRunScript(the, script, mxRealmGlobal(realm), C_NULL, mxRealmClosures(realm)->value.reference, C_NULL,
                  program);
      mxPop();
    }
    mxCatch(the) {
      fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
    }
  }
  fxEndHost(the);
  free(source);
}

static enum { PENDING, FULFILLED, REJECTED } importState;
static int importCallsDefault;

static void onImported(txMachine *the) {
  importState = FULFILLED;
  if (!importCallsDefault) return;
  mxPushSlot(mxArgv(0));
  mxGetID(mxID(_default));
  if (fxIsCallable(the, the->stack)) {
    txSlot function = *the->stack;
    mxPop();
    mxPushUndefined();
    mxPushSlot(&function);
    mxCall();
    mxRunCount(0);
    *mxResult = *the->stack; /* a rejected promise of the default function rejects the chain */
  }
  mxPop();
}

static void onRejected(txMachine *the) {
  importState = REJECTED;
  mxException = *mxArgv(0);
  fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
}

int modulesImported(void) {
  return importState == FULFILLED;
}

/* Imports a module and runs promise jobs until it is evaluated; returns false if it still waits then. */
int modulesImport(txMachine *the, const char *specifier, int callDefault) {
  importState = PENDING;
  importCallsDefault = callDefault;
  fxBeginHost(the);
  mxTry(the) {
    txSlot *realm = mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm;
    mxPushStringC((txString)specifier);
#if XS_MAJOR_VERSION >= 14
    /* The options. */
    mxPushUndefined();
#endif
    fxRunImport(the, realm, XS_NO_ID);
    mxDub();
    mxGetID(mxID(_then));
    mxCall();
    fxNewHostFunction(the, onImported, 1, XS_NO_ID, XS_NO_ID);
    mxRunCount(1);
    mxDub();
    mxGetID(mxID(_catch));
    mxCall();
    fxNewHostFunction(the, onRejected, 1, XS_NO_ID, XS_NO_ID);
    mxRunCount(1);
    mxPop();
  }
  mxCatch(the) {
    fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
  }
  fxEndHost(the);
  loopSettle(the);
  return modulesImported();
}

void fxQueuePromiseJobs(txMachine *the) {
  the->promiseJobs = 1;
}
