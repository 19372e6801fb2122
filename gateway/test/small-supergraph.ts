import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import { anonymous } from '@tixgo/platform/viewer.ts';
import { execute, parse, specifiedRules, validate } from 'graphql';
import type { OperationResult } from '../executor/compiled-operation.ts';
import type { Send } from '../executor/execution.ts';
import { prepareSupergraph } from '../supergraph/loaded-supergraph.ts';

export interface SmallSubgraph {
  readonly sdl: string;
  readonly resolvers: Readonly<Record<string, object>>;
}

/** What a subgraph was asked. */
export interface SentOperation {
  readonly subgraph: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const link = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject", "@inaccessible"]
)`;

/** Our gateway over subgraphs of some lines each, without anything in front of it. */
export function smallSupergraph(subgraphs: Readonly<Record<string, SmallSubgraph>>) {
  const typeDefs = (sdl: string) => parse(`${link}\n${sdl}`);
  const services = Object.entries(subgraphs).map(([name, { sdl }]) => ({
    name,
    url: `http://${name}.invalid`,
    typeDefs: typeDefs(sdl),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(String(errors));
  const supergraph = prepareSupergraph(supergraphSdl, new Map());
  const schemas = new Map(
    Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => [
      name,
      buildSubgraphSchema([{ typeDefs: typeDefs(sdl), resolvers: resolvers as never }]),
    ]),
  );
  const sent: SentOperation[] = [];
  const send: Send = async ({ subgraph, text }, variables) => {
    sent.push({ subgraph, text, variables });
    const schema = schemas.get(subgraph);
    if (!schema) throw new Error(`No subgraph ${subgraph}`);
    const document = parse(text);
    const [invalid] = validate(schema, document);
    if (invalid) return { errors: [invalid.toJSON()] };
    const result = await execute({ schema, document, variableValues: { ...variables } });
    return JSON.parse(JSON.stringify(result)) as SubgraphResult;
  };
  const prepared = (source: string, operationName?: string) => {
    const document = parse(source);
    const [invalid] = validate(supergraph.apiSchema, document, specifiedRules);
    if (invalid) throw invalid;
    const { documents } = supergraph;
    return (
      documents.find(source, operationName) ?? documents.prepare(source, document, operationName, anonymous)
    );
  };
  const ask = async (
    source: string,
    variables: Readonly<Record<string, unknown>> = {},
    sending = send,
  ): Promise<OperationResult> => {
    const asked = prepared(source);
    if (!asked) throw new Error('No such operation.');
    const { data, errors } = await asked.operation.execute(variables, asked.literalValues, sending);
    return JSON.parse(JSON.stringify({ data, errors })) as OperationResult;
  };
  /** What is answered without a look at the document. */
  const known = (source: string) => supergraph.documents.find(source, undefined);
  return { supergraph, ask, prepared, known, sent };
}
