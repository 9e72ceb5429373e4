/*
 * How JavaScript gets at C: while the root is being filled, a global function `native(name)` returns the
 * function or class of that name, much as Moddable's modules name theirs. The modules in ../modules take
 * what they export from it; it is gone before anything of the user's runs.
 */
#include "xsAll.h"

#include "host.h"

NativeIds gIds;

static const NativeFunction *const functionTables[] = {
    gConsoleNatives, gCounterNatives, gHostNatives, gLogicalNatives,
    gRandomNatives,  gRingletNatives, gTimeNatives, gTimerNatives,
};
static const NativeClass *const classes[] = {&gListenerClass, &gTcpClass};
static txSlot prototypes[sizeof classes / sizeof *classes];

#define COUNT(ARRAY) (sizeof(ARRAY) / sizeof *(ARRAY))

static const NativeMethod *setterOf(const NativeClass *class, const char *name) {
  const NativeMethod *method;
  for (method = class->methods; method->name; method++)
    if (method->kind == SETTER && !strcmp(method->name, name)) return method;
  return NULL;
}

/* Leaves the constructor on the stack. */
static void pushClass(txMachine *the, size_t index) {
  const NativeClass *class = classes[index];
  const NativeMethod *method;
  txSlot *constructor, *last = fxNewHostObject(the, NULL)->next;
  fxSetHostHooks(the, the->stack, (txHostHooks *)class->hooks);
  for (method = class->methods; method->name; method++) {
    txID id = fxID(the, (txString)method->name);
    if (method->kind == METHOD)
      last = fxNextHostFunctionProperty(the, last, method->callback, method->length, id, XS_DONT_ENUM_FLAG);
    else if (method->kind == GETTER) {
      const NativeMethod *setter = setterOf(class, method->name);
      last = fxNextHostAccessorProperty(the, last, method->callback, setter ? setter->callback : NULL, id,
                                        XS_DONT_ENUM_FLAG);
    }
  }
  prototypes[index] = *the->stack;
  constructor = fxNewHostConstructor(the, class->constructor, 1, fxID(the, (txString)class->name));
  constructor->next->flag |= XS_BASE_FLAG; /* `this` is made from new.target, as for a base class */
}

static void pushFunction(txMachine *the, const NativeFunction *function) {
  fxNewHostFunction(the, function->callback, function->length, fxID(the, (txString)function->name), XS_NO_ID);
}

static void nativeByName(txMachine *the) {
  txString name = fxToString(the, mxArgv(0));
  const NativeFunction *function;
  size_t i;
  for (i = 0; i < COUNT(classes); i++)
    if (!strcmp(classes[i]->name, name)) {
      pushClass(the, i);
      mxPullSlot(mxResult);
      return;
    }
  for (i = 0; i < COUNT(functionTables); i++)
    for (function = functionTables[i]; function->name; function++)
      if (!strcmp(function->name, name)) {
        pushFunction(the, function);
        mxPullSlot(mxResult);
        return;
      }
  mxReferenceError("no native %s", name);
}

txSlot *nativesPrototype(const NativeClass *class) {
  size_t i;
  for (i = 0; i < COUNT(classes) && classes[i] != class; i++)
    ;
  return &prototypes[i];
}

void nativesInstall(txMachine *the) {
  fxBeginHost(the);
  gIds = (NativeIds){
      .address = fxID(the, "address"),
      .from = fxID(the, "from"),
      .format = fxID(the, "format"),
      .host = fxID(the, "host"),
      .id = fxID(the, "id"),
      .noDelay = fxID(the, "noDelay"),
      .nodelay = fxID(the, "nodelay"),
      .onError = fxID(the, "onError"),
      .onReadable = fxID(the, "onReadable"),
      .onWritable = fxID(the, "onWritable"),
      .port = fxID(the, "port"),
      .target = fxID(the, "target"),
  };
  fxNewHostFunction(the, nativeByName, 1, XS_NO_ID, XS_NO_ID);
  mxPush(mxGlobal);
  fxSetID(the, fxID(the, "native"));
  mxPop();
  fxEndHost(the);
}

void nativesRemove(txMachine *the) {
  fxBeginHost(the);
  mxPush(mxGlobal);
  fxDeleteID(the, fxID(the, "native"));
  mxPop();
  fxEndHost(the);
}
