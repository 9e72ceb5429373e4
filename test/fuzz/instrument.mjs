// Counts which branches of `src/` run: a counter before each of them, as AFL's compilers put it.
import typescript from 'typescript';

const ts = typescript;

/** How many counters there are so far, each with its file and function; each file goes on where the one before has ended. */
export const counters = { count: 0, places: [] };

/** A transformer that puts `__hits[n]++` at the beginning of each function, branch, case, and right operand. */
export function counting(context) {
  const { factory } = context;
  let place = '';
  const hit = () => {
    counters.places.push(place);
    return factory.createPostfixUnaryExpression(
      factory.createElementAccessExpression(factory.createIdentifier('__hits'), counters.count++),
      ts.SyntaxKind.PlusPlusToken,
    );
  };
  const statement = () => factory.createExpressionStatement(hit());
  const counted = (expression) =>
    factory.createParenthesizedExpression(factory.createComma(hit(), expression));
  const block = (node) =>
    node === undefined
      ? factory.createBlock([statement()])
      : factory.createBlock(ts.isBlock(node) ? [statement(), ...node.statements] : [statement(), node], true);
  const visit = (node) => {
    // Types and enumerations are gone when it runs.
    if (ts.isTypeNode(node) || ts.isEnumDeclaration(node) || ts.isInterfaceDeclaration(node)) return node;
    const outer = place;
    if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.name !== undefined)
      place = `${file}/${(node.name.text ?? 'computed').replace(/^[_#]/, '')}`;
    const seen = visitInside(node);
    place = outer;
    return seen;
  };
  const visitInside = (node) => {
    const seen = ts.visitEachChild(node, visit, context);
    if (ts.isIfStatement(seen))
      return factory.updateIfStatement(
        seen,
        seen.expression,
        block(seen.thenStatement),
        block(seen.elseStatement),
      );
    if (ts.isForStatement(seen))
      return factory.updateForStatement(
        seen,
        seen.initializer,
        seen.condition,
        seen.incrementor,
        block(seen.statement),
      );
    if (ts.isWhileStatement(seen))
      return factory.updateWhileStatement(seen, seen.expression, block(seen.statement));
    if (ts.isCaseClause(seen))
      return factory.updateCaseClause(seen, seen.expression, [statement(), ...seen.statements]);
    if (ts.isConditionalExpression(seen))
      return factory.updateConditionalExpression(
        seen,
        seen.condition,
        seen.questionToken,
        counted(seen.whenTrue),
        seen.colonToken,
        counted(seen.whenFalse),
      );
    if (
      ts.isBinaryExpression(seen) &&
      [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken].includes(seen.operatorToken.kind)
    )
      return factory.updateBinaryExpression(seen, seen.left, seen.operatorToken, counted(seen.right));
    return seen;
  };
  let file = '';
  return (source) => {
    place = file = source.fileName.replace(/^.*\//, '').replace(/\.ts$/, '');
    return ts.visitNode(source, visit);
  };
}
