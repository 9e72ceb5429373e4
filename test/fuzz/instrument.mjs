// Counts which branches of `src/` run: a counter before each of them, as AFL's compilers put it.
import typescript from 'typescript';

const ts = typescript;

/** How many counters there are so far; each file goes on where the one before has ended. */
export const counters = { count: 0 };

/** A transformer that puts `__hits[n]++` at the beginning of each function, branch, case, and right operand. */
export function counting(context) {
  const { factory } = context;
  const hit = () =>
    factory.createPostfixUnaryExpression(
      factory.createElementAccessExpression(factory.createIdentifier('__hits'), counters.count++),
      ts.SyntaxKind.PlusPlusToken,
    );
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
  return (file) => ts.visitNode(file, visit);
}
