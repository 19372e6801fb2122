import {
  type ASTVisitor,
  type FloatValueNode,
  GraphQLError,
  GraphQLFloat,
  getNamedType,
  type IntValueNode,
  type ValidationContext,
} from 'graphql';

/** A rule for `validate`, besides GraphQL's own: a number beyond all that JSON can say could not be passed on. */
export function finiteNumbers(context: ValidationContext): ASTVisitor {
  const look = (node: IntValueNode | FloatValueNode) => {
    if (!Number.isFinite(Number(node.value)))
      context.reportError(new GraphQLError('The number is beyond what a Float can be.', { nodes: node }));
  };
  return {
    FloatValue: look,
    // An ID may have as many digits as it likes.
    IntValue: (node) => {
      if (getNamedType(context.getInputType()) === GraphQLFloat) look(node);
    },
  };
}
