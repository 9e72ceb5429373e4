/*
 * Makes the root machine what flash is to a device. flashFreeze does what the Moddable linker does to
 * preloaded objects; flashSeal does what the linker does to their representation, and then the operating
 * system refuses every write.
 */
#include "xsAll.h"

#include "host.h"

static txBoolean isFunctionBody(const txSlot *slot) {
  return slot->kind == XS_CALLBACK_KIND || slot->kind == XS_CALLBACK_X_KIND || slot->kind == XS_CODE_KIND ||
         slot->kind == XS_CODE_X_KIND;
}

static void freezeInstance(txSlot *instance) {
  txSlot *property;
  instance->flag |= XS_DONT_PATCH_FLAG;
  for (property = instance->next; property; property = property->next) {
    property->flag |= XS_DONT_DELETE_FLAG;
    if (property->kind != XS_ACCESSOR_KIND) property->flag |= XS_DONT_SET_FLAG;
  }
}

static void freezePrototype(txMachine *the, txSlot *constructor) {
  txSlot *property;
  for (property = constructor->next; property; property = property->next)
    if (property->ID == mxID(_prototype) && property->kind == XS_REFERENCE_KIND)
      freezeInstance(property->value.reference);
}

/* Kinds that the engine cannot copy on write: the linker freezes them, so that writing throws. */
static txBoolean cannotBeAliased(const txSlot *internal) {
  switch (internal->kind) {
  case XS_ARRAY_BUFFER_KIND:
  case XS_DATA_VIEW_KIND:
  case XS_DATE_KIND:
  case XS_MAP_KIND:
  case XS_PROMISE_KIND:
  case XS_PROXY_KIND:
  case XS_REGEXP_KIND:
  case XS_SET_KIND:
  case XS_TYPED_ARRAY_KIND:
  case XS_WEAK_MAP_KIND:
  case XS_WEAK_REF_KIND:
  case XS_WEAK_SET_KIND: return 1;
  }
  return internal->ID == XS_ENVIRONMENT_BEHAVIOR;
}

static void forEachSlot(txMachine *the, void (*visit)(txMachine *, txSlot *)) {
  txSlot *heap, *slot, *end;
  for (heap = the->firstHeap; heap; heap = heap->next) {
    end = heap->value.reference;
    for (slot = heap + 1; slot < end; slot++) (*visit)(the, slot);
  }
}

static void freezeSlot(txMachine *the, txSlot *slot) {
  if (slot->kind == XS_INSTANCE_KIND) {
    txSlot *internal = slot->next;
    if (!internal || !(internal->flag & XS_INTERNAL_FLAG)) return;
    if (isFunctionBody(internal)) {
      freezeInstance(slot);
      if (slot->flag & XS_CAN_CONSTRUCT_FLAG) freezePrototype(the, slot);
    } else if (cannotBeAliased(internal))
      freezeInstance(slot);
  } else if (slot->kind == XS_CLOSURE_KIND) {
    /* A module's variable that holds a function counts as a constant. */
    txSlot *variable = slot->value.closure;
    if (variable->kind == XS_REFERENCE_KIND) {
      txSlot *internal = variable->value.reference->next;
      if (internal && isFunctionBody(internal)) variable->flag |= XS_DONT_SET_FLAG;
    }
  }
}

#if XS_MAJOR_VERSION >= 14
#define stackPrototypes stackIntrinsics
#endif

/* The global object finds built-ins through a table that it fills at the first look at each: look now. */
static void fillGlobalTable(txMachine *the) {
  txSlot *global = mxGlobal.value.reference;
  txID id;
  for (id = XS_SYMBOL_ID_COUNT; id < XS_INTRINSICS_COUNT; id++) mxBehaviorGetProperty(the, global, id, 0, XS_ANY);
}

void flashFreeze(txMachine *root) {
  int id;
  fillGlobalTable(root);
  for (id = XS_SYMBOL_ID_COUNT; id < mxCompartmentGlobalStackIndex; id++) {
    txSlot *builtIn = &root->stackPrototypes[-1 - id];
    if (builtIn->kind == XS_REFERENCE_KIND) freezeInstance(builtIn->value.reference);
  }
  forEachSlot(root, freezeSlot);
}

/* The "X" kinds tell the collector that what they point to is no chunk of its own. */
static void useInPlace(txSlot *slot) {
  switch (slot->kind) {
  case XS_BIGINT_KIND: slot->kind = XS_BIGINT_X_KIND; break;
  case XS_CODE_KIND: slot->kind = XS_CODE_X_KIND; break;
  case XS_KEY_KIND: slot->kind = XS_KEY_X_KIND; break;
  case XS_STRING_KIND: slot->kind = XS_STRING_X_KIND; break;
  case XS_REGEXP_KIND: slot->value.regexp.data = NULL; break; /* scratch of a match: the clone makes its own */
  }
}

static void sealSlot(txMachine *the, txSlot *slot) {
  useInPlace(slot);
  if (slot->kind == XS_ARRAY_KIND && slot->value.array.address) {
    txSlot *item = slot->value.array.address;
    txIndex count = fxGetIndexSize(the, slot);
    while (count--) useInPlace(item++);
  }
}

/* After fxShareMachine. */
void flashSeal(txMachine *root) {
  txBlock *block;
  txByte *chunk, *next;
  txSlot *slot;
  forEachSlot(root, sealSlot);
  for (slot = root->stack; slot < root->stackTop; slot++) sealSlot(root, slot);
  /* A collection in the clone takes a chunk with a `temporary` for one that it moved. */
  for (block = root->firstBlock; block; block = block->nextBlock)
    for (chunk = (txByte *)(block + 1); chunk < block->current; chunk = next) {
      next = chunk + ((txChunk *)chunk)->size;
      ((txChunk *)chunk)->temporary = NULL;
    }
  memorySealArena();
}
