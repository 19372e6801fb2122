import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Whether an object of a type is also of another, remembered for every pair that was asked. */
export type TypeConditions = (typename: string, condition: string) => boolean;

/** The type may be an interface: a subgraph that has it as an @interfaceObject knows no more. */
export function typeConditions(schema: GraphQLSchema): TypeConditions {
  const known = new Map<string, Map<string, boolean>>();
  const isSubType = (typename: string, condition: string): boolean => {
    const type = schema.getType(typename);
    const wanted = schema.getType(condition);
    if (!(isObjectType(type) || isInterfaceType(type)) || !isAbstractType(wanted)) return false;
    return schema.isSubType(wanted, type);
  };
  return (typename, condition) => {
    if (typename === condition) return true;
    let answers = known.get(condition);
    if (!answers) {
      answers = new Map();
      known.set(condition, answers);
    }
    let answer = answers.get(typename);
    if (answer === undefined) {
      answer = isSubType(typename, condition);
      // A subgraph's word must not fill the memory.
      if (schema.getType(typename)) answers.set(typename, answer);
    }
    return answer;
  };
}
