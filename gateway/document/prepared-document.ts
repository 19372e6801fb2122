import { createHash } from 'node:crypto';
import {
  assertMayRun,
  type DocumentRequirements,
  documentRequirements,
  type Requirement,
  requirementsOf,
} from '@tixgo/platform/access/requirements.ts';
import type { AccessRules } from '@tixgo/platform/access/rules.ts';
import type { RaisedError } from '@tixgo/platform/graphql/public-errors.ts';
import type { Viewer } from '@tixgo/platform/viewer.ts';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type {
  CompiledOperation,
  OperationCompiler,
  OperationResult,
} from '../executor/compiled-operation.ts';
import type { Send, Variables } from '../executor/execution.ts';
import { type VariableCheck, variableCheck } from '../executor/variables.ts';
import { fragmentsOf } from '../operation/fragments.ts';
import { operationDocument, operationOf } from '../operation/operation-document.ts';
import type { QueryPlan } from '../supergraph/supergraph.ts';
import { type Cost, operationCost } from './cost.ts';
import { type DocumentTemplate, documentTemplate, type Literal } from './document-template.ts';
import { extractLiterals, type LiteralVariable } from './literal-variables.ts';
import { type PlannedNames, unshadow } from './shadowing-names.ts';

export interface PreparationSettings {
  readonly schema: GraphQLSchema;
  readonly rules: AccessRules;
  readonly planned: PlannedNames;
  readonly compiler: OperationCompiler;
}

/**
 * A valid document with all that is known of it before anybody asks: what it takes of its viewer, its plans and how
 * its answers look. It stands for every document that differs from it in literals alone.
 */
export class PreparedDocument {
  /** As it was first written. */
  readonly document: DocumentNode;
  /** How many requests for it have come. */
  timesAsked = 0;
  readonly #settings: PreparationSettings;
  readonly #requirements: DocumentRequirements;
  readonly #template: DocumentTemplate | undefined;
  #hash: string | undefined;
  readonly #operations = new Map<string, PreparedOperation>();

  /** @param template undefined where its literals are to stay literals */
  constructor(settings: PreparationSettings, document: DocumentNode, template: DocumentTemplate | undefined) {
    this.document = document;
    this.#settings = settings;
    this.#template = template;
    this.#requirements = documentRequirements(settings.schema, settings.rules, document);
  }

  /** As it was first written. */
  get text(): string {
    return this.document.loc?.source.body ?? '';
  }

  /** SHA-256 of its text without its literals, which may be anybody's. */
  get hash(): string {
    this.#hash ??= createHash('sha256')
      .update(documentTemplate(this.text)?.key ?? '')
      .digest('hex');
    return this.#hash;
  }

  /** The names of what is planned already; the empty one stands for an anonymous operation. */
  get plannedOperations(): readonly string[] {
    return [...this.#operations.keys()];
  }

  /** What an operation takes of its viewer. @throws when there is no such operation */
  requirements(operationName: string | undefined): readonly Requirement[] {
    return requirementsOf(this.#requirements, this.#nameOf(operationName));
  }

  /** @throws UNAUTHENTICATED, FORBIDDEN */
  assertMayRun(viewer: Viewer, operationName: string | undefined): void {
    assertMayRun(viewer, this.requirements(operationName));
  }

  /** What is planned already. */
  known(operationName: string | undefined): PreparedOperation | undefined {
    return this.#operations.get(this.#nameOf(operationName) ?? '');
  }

  /**
   * Planned and compiled when it is first asked for. Undefined when the document has no such operation, or when a
   * literal of the first author cannot become a variable.
   * @throws for an operation that cannot be planned
   */
  operation(operationName: string | undefined): PreparedOperation | undefined {
    const name = this.#nameOf(operationName) ?? '';
    let operation = this.#operations.get(name);
    if (!operation) {
      operation = prepareOperation(this.#settings, this.document, name || undefined, this.#template);
      if (operation) this.#operations.set(name, operation);
    }
    return operation;
  }

  /** A document of one operation need not have it named. */
  #nameOf(operationName: string | undefined): string | undefined {
    if (operationName !== undefined && operationName !== '') return operationName;
    const [only] = this.#requirements.keys();
    return this.#requirements.size === 1 ? only : undefined;
  }
}

function prepareOperation(
  { schema, planned, compiler }: PreparationSettings,
  document: DocumentNode,
  operationName: string | undefined,
  template: DocumentTemplate | undefined,
): PreparedOperation | undefined {
  const asked = operationDocument(document, operationName);
  if (!asked) return undefined;
  const operation = operationOf(asked);
  const extracted = template ? extractLiterals(schema, asked, template) : { document: asked, variables: [] };
  if (!extracted) return undefined;
  const { document: planable, clientNames } = unshadow(extracted.document, planned);
  const clientName = (name: string) => clientNames.get(name) ?? name;
  return new PreparedOperation({
    operation,
    literals: extracted.variables,
    clientNames,
    findErrors: variableCheck(schema, asked),
    cost: operationCost(schema, operationOf(planable), fragmentsOf(planable)),
    compiled: compiler.compile({ document: planable, clientName }),
  });
}

interface PreparedOperationParts {
  readonly operation: OperationDefinitionNode;
  readonly literals: readonly LiteralVariable[];
  readonly clientNames: ReadonlyMap<string, string>;
  readonly findErrors: VariableCheck;
  readonly cost: Cost;
  readonly compiled: CompiledOperation;
}

/** One operation, ready to run with the variables of a request and the literals of its text. */
export class PreparedOperation {
  readonly #parts: PreparedOperationParts;

  constructor(parts: PreparedOperationParts) {
    this.#parts = parts;
  }

  /**
   * What a request's literals stand for. Undefined when one is no value of its type, or cannot be told exactly by a
   * variable: the document has to be looked at as it stands.
   */
  literalValues(literals: readonly Literal[]): Variables | undefined {
    const values: Record<string, unknown> = {};
    for (const { name, slot, value: valueIn } of this.#parts.literals) {
      const literal = literals[slot];
      const value = literal && valueIn(literal);
      if (value === undefined) return undefined;
      values[name] = value;
    }
    return values;
  }

  /** What a request with these values may cost at most. */
  cost(variables: Variables, literalValues: Variables): number {
    return this.#parts.cost({ ...variables, ...literalValues });
  }

  /** How it is answered with these values. @throws when it cannot be planned */
  planFor(variables: Variables, literalValues: Variables): QueryPlan {
    return this.#parts.compiled.planFor(this.#asPlanned(variables, literalValues));
  }

  get type(): OperationTypeNode {
    return this.#parts.operation.operation;
  }

  /** The client's name of it. */
  get name(): string | undefined {
    return this.#parts.operation.name?.value;
  }

  /** Whether a request's own variables fit. */
  fits(variables: Variables): boolean {
    return this.#parts.findErrors(variables).length === 0;
  }

  async execute(variables: Variables, literalValues: Variables, send: Send): Promise<OperationResult> {
    const { clientNames, compiled, findErrors } = this.#parts;
    const invalid = findErrors(variables);
    if (invalid.length > 0) return { errors: invalid };
    const result = await compiled.execute(this.#asPlanned(variables, literalValues), send);
    if (!result.errors || clientNames.size === 0) return result;
    return { ...result, errors: result.errors.map((error) => this.#asTheClientNames(error)) };
  }

  /** By the names that variables have in the plan, whatever else a request gives by these names. */
  #asPlanned(variables: Variables, literalValues: Variables): Variables {
    const given: Variables = { ...variables, ...literalValues };
    const { clientNames } = this.#parts;
    if (clientNames.size === 0) return given;
    const planned: Record<string, unknown> = { ...given };
    for (const [name, client] of clientNames) {
      if (Object.hasOwn(given, client)) planned[name] = given[client];
      else delete planned[name];
    }
    return planned;
  }

  #asTheClientNames(error: RaisedError): RaisedError {
    const { clientNames } = this.#parts;
    const { message, path, extensions, originalError } = error;
    const named = path?.map((part) => (typeof part === 'string' ? (clientNames.get(part) ?? part) : part));
    return { message, path: named, extensions, originalError };
  }
}
