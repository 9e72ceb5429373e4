import ts from 'typescript';

/** The language looks for these by itself, whoever declares them. */
const LANGUAGE = ['constructor', 'prototype', '__proto__', 'then', 'toString', 'valueOf', 'toJSON'];

/** Types that tell nothing of who looks into an object. */
const ANYTHING = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive;

/**
 * Sorts the names of properties by what the types say: `internal` are those that our modules declare and nobody else
 * knows; `foreign` are all others, and those of ours that
 *  - an exported type of `entries` leads to, whatever it goes through but the types named in `opaque`;
 *  - the types named in `contract` lead to: what objects of others have, where no exported type leads;
 *  - the declarations of others have, such as those of Moddable's modules, which `modules` refers to;
 *  - are looked for in an object of the language, or in one whose type is not known;
 *  - are a string somewhere, by which a property can be reached.
 * Throws if there is a computed access to a property whose name can be any string, or an assignment to a pattern.
 */
export function internalNames({ entries, modules = [], contract = [], opaque = [] }) {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, types: [] }, '.');
  const program = ts.createProgram([...entries, ...modules], options);
  const checker = program.getTypeChecker();
  const isForeign = (node) => node.getSourceFile().isDeclarationFile;
  const isLanguage = (node) => program.isSourceFileDefaultLibrary(node.getSourceFile());
  const declared = new Set();
  const foreign = new Set(LANGUAGE);
  const reached = new Set();
  const missing = new Set(contract);

  for (const file of program.getSourceFiles())
    if (!isLanguage(file)) visit(file, file.isDeclarationFile ? lookAtForeign : lookAtOwn);
  if (missing.size > 0) throw new Error(`no module declares ${[...missing].join(', ')}`);
  for (const entry of entries) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
    for (const symbol of module === undefined ? [] : checker.getExportsOfModule(module)) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      if (target.flags & ts.SymbolFlags.Value) reach(checker.getTypeOfSymbol(target));
      if (target.flags & ts.SymbolFlags.Type) reach(checker.getDeclaredTypeOfSymbol(target));
    }
  }
  return { internal: new Set([...declared].filter((name) => !foreign.has(name))), foreign };

  function lookAtForeign(node) {
    if (isMember(node)) foreign.add(node.name.text);
  }

  function lookAtOwn(node) {
    if (isMember(node)) declared.add(node.name.text);
    if (isPattern(node)) fail(node, 'may look into an object of the language: declare what it assigns to');
    if (ts.isInterfaceDeclaration(node) && missing.delete(node.name.text))
      reach(checker.getTypeAtLocation(node));
    if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) foreign.add(node.text);
    else if (ts.isPropertyAccessExpression(node)) use(node.name, checker.getSymbolAtLocation(node.name));
    else if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const name = node.propertyName ?? node.name;
      if (!node.dotDotDotToken) use(name, checker.getTypeAtLocation(node.parent).getProperty(name.text));
    } else if (ts.isObjectLiteralElement(node) && isMember(node)) {
      const type = checker.getContextualType(node.parent);
      const symbol = type?.getNonNullableType().getProperty(node.name.text);
      if (symbol !== undefined || (type?.flags & ANYTHING) !== 0) use(node.name, symbol);
    } else if (ts.isElementAccessExpression(node)) useComputed(node.argumentExpression);
    else if (ts.isComputedPropertyName(node)) useComputed(node.expression);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword)
      useComputed(node.left);
  }

  function use({ text }, symbol) {
    if (!symbol?.declarations || symbol.declarations.some(isForeign)) foreign.add(text);
  }

  function useComputed(key) {
    const type = checker.getTypeAtLocation(key);
    for (const one of type.isUnion() ? type.types : [type]) {
      if (one.isStringLiteral()) foreign.add(one.value);
      else if (!(one.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.ESSymbolLike)))
        fail(key, 'can name any property: give it a type');
    }
  }

  function fail(node, what) {
    const file = node.getSourceFile();
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    throw new Error(`${file.fileName}:${line}: ${node.getText()} ${what}`);
  }

  /** Names what is to be seen from outside of objects of `type`. */
  function reach(type) {
    if (reached.has(type)) return;
    reached.add(type);
    const symbol = type.aliasSymbol ?? type.symbol;
    if (opaque.includes(symbol?.name)) return;
    if (type.isUnionOrIntersection()) type.types.forEach(reach);
    type.aliasTypeArguments?.forEach(reach);
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return;
    if (type.flags & ts.TypeFlags.Object) checker.getTypeArguments(type).forEach(reach);
    if (checker.isTupleType(type) || symbol?.declarations?.some(isLanguage)) return;
    for (const property of checker.getPropertiesOfType(type)) {
      const { valueDeclaration } = property;
      if (valueDeclaration?.name !== undefined && ts.isPrivateIdentifier(valueDeclaration.name)) continue;
      foreign.add(property.name);
      reach(checker.getTypeOfSymbol(property));
    }
    for (const kind of [ts.SignatureKind.Call, ts.SignatureKind.Construct])
      for (const signature of checker.getSignaturesOfType(type, kind)) {
        for (const parameter of signature.parameters) reach(checker.getTypeOfSymbol(parameter));
        reach(signature.getReturnType());
      }
    for (const { type: value } of checker.getIndexInfosOfType(type)) reach(value);
  }
}

/** Whether `node` declares a property with a name of its own. */
function isMember(node) {
  const isOne = ts.isTypeElement(node) || ts.isClassElement(node) || ts.isObjectLiteralElement(node);
  return isOne && node.name !== undefined && ts.isPropertyNameLiteral(node.name);
}

/** Whether `node` takes an object apart into variables that are there already. */
function isPattern(node) {
  if (!ts.isObjectLiteralExpression(node) && !ts.isArrayLiteralExpression(node)) return false;
  const { parent } = node;
  if (ts.isForOfStatement(parent)) return parent.initializer === node;
  return (
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}

/** Shows the values' part of the tree below `node`, and what types declare, to `look`. */
function visit(node, look) {
  look(node);
  ts.forEachChild(node, (child) => {
    if (!ts.isLiteralTypeNode(child) && !ts.isImportDeclaration(child)) visit(child, look);
  });
}
