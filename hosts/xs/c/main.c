/*
 * The life of the program: fill the root, make it read-only, run the app in a clone with one static block.
 */
#include "xsAll.h"
#include <signal.h>

#include "bootstrap.h"
#include "host.h"

#define NAME_MODULO 1993
#define SYMBOL_MODULO 127

static txMachine *createRoot(void) {
  txCreation creation = {
      .initialChunkSize = 8 << 20,
      .incrementalChunkSize = 1 << 20,
      .initialHeapCount = 262144,
      .incrementalHeapCount = 65536,
      .stackCount = 8192,
      .initialKeyCount = 8192,
      .incrementalKeyCount = 1024,
      .nameModulo = NAME_MODULO,
      .symbolModulo = SYMBOL_MODULO,
      .parserBufferSize = 1 << 20,
      .parserTableModulo = NAME_MODULO,
  };
  return fxCreateMachine(&creation, "root", NULL, XS_NO_ID);
}

static txMachine *createClone(txMachine *root) {
  static Block block;
  txCreation creation = {
      .initialChunkSize = gOptions.chunks,
      .incrementalChunkSize = gOptions.chunksStep,
      .initialHeapCount = gOptions.slots,
      .incrementalHeapCount = gOptions.slotsStep,
      .stackCount = gOptions.stack,
      .initialKeyCount = 256,
      .incrementalKeyCount = 64,
      .nameModulo = NAME_MODULO,
      .symbolModulo = SYMBOL_MODULO,
      .parserBufferSize = 1 << 20,
      .parserTableModulo = NAME_MODULO,
      .staticSize = (txSize)gOptions.memory,
  };
  block.start = malloc(gOptions.memory);
  if (!block.start) fail(EXIT_ENGINE, "cannot have a block of %zu octets", gOptions.memory);
  block.end = block.start + gOptions.memory;
  return fxCloneMachine(&creation, root, "app", &block);
}

static void import(txMachine *the, const char *specifier) {
  if (!modulesImport(the, specifier, 0))
    fail(EXIT_APP_FAILED, "%s was not evaluated at once: a preloaded module cannot wait", specifier);
}

static void fillRoot(txMachine *root) {
  const BootstrapModule *module;
  int i;
  nativesInstall(root);
  for (module = gBootstrapModules; module->specifier; module++) import(root, module->specifier);
  nativesRemove(root);
  for (i = 0; i < gOptions.preloadCount; i++) {
    const Preload *preload = &gOptions.preloads[i];
    if (preload->isScript)
      modulesRunScript(root, preload->path);
    else
      import(root, preload->specifier);
  }
  flashFreeze(root);
}

int main(int argc, char **argv) {
  txMachine *root, *clone;
  char path[C_PATH_MAX];
  const char *mainName;
  int i;
  optionsParse(argc, argv);
  signal(SIGPIPE, SIG_IGN);
  root = createRoot();
  fillRoot(root);
  fxShareMachine(root);
  flashSeal(root);
  clone = createClone(root);
  mainName = gOptions.main;
  for (i = 0; i < gOptions.preloadCount && strcmp(gOptions.preloads[i].specifier, mainName); i++)
    ;
  if (i == gOptions.preloadCount) {
    if (!realpath(mainName, path)) fail(EXIT_USAGE, "cannot read %s", mainName);
    mainName = path;
  }
  modulesImport(clone, mainName, 1);
  loopRun(clone);
  if (!modulesImported()) fail(EXIT_APP_FAILED, "%s waits for something that never comes", gOptions.main);
  fflush(stdout);
  if (gOptions.stats) countersReport(clone);
  return 0;
}
