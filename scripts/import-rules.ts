import type { Import } from './imports.ts';

type Rule = {
  readonly who: string;
  /** The first rule that matches a file governs it. */
  readonly from: RegExp;
  /** Patterns for the start of a repository path; `$1` is what `from` captured. Undefined: anything. */
  readonly mayImport?: readonly string[];
  readonly neverPackages?: RegExp;
};

const graphql = /^(?:graphql|@apollo)(?:\/|$)/;
const anyPackage = /^/;
const testCode = /(?:^|\/)(?:test|testing)\/|\.test\.ts$/;

/** The table "Who may import whom" of ARCHITECTURE.md. */
const rules: readonly Rule[] = [
  {
    who: 'tests, tools and benchmarks',
    from: /(?:^|\/)(?:test|testing)\/|\.test\.ts$|^(?:bench|cluster|deploy|scripts)\/|^[^/]+$/,
  },
  {
    who: 'domain',
    from: /^(subgraphs\/[^/]+)\/domain\//,
    mayImport: ['$1/domain/'],
    neverPackages: anyPackage,
  },
  {
    who: 'store',
    from: /^(subgraphs\/[^/]+)\/store\//,
    mayImport: ['$1/store/', '$1/domain/', 'platform/'],
    neverPackages: graphql,
  },
  {
    who: 'service and facts',
    from: /^(subgraphs\/[^/]+)\/(?:service\/|facts\.ts$)/,
    mayImport: ['$1/service/', '$1/domain/', '$1/store/', 'platform/', 'schema/facts/'],
    neverPackages: graphql,
  },
  {
    who: 'resolvers',
    from: /^(subgraphs\/[^/]+)\/resolvers\//,
    mayImport: ['$1/resolvers/', '$1/generated/', '$1/service/', 'platform/'],
  },
  {
    who: 'the attendance host',
    from: /^(subgraphs\/attendance)\//,
    mayImport: ['$1/', 'platform/', 'schema/', 'gateway/', 'subgraphs/[^/]+/(?:subgraph|env|http)\\.ts$'],
  },
  { who: 'a subgraph', from: /^(subgraphs\/[^/]+)\//, mayImport: ['$1/', 'platform/', 'schema/'] },
  { who: 'platform', from: /^platform\//, mayImport: ['platform/'] },
  { who: 'schema', from: /^schema\//, mayImport: ['schema/', 'platform/'] },
  { who: 'operations of the gateway', from: /^(gateway\/operation)\//, mayImport: ['$1/'] },
  {
    who: 'the executor',
    from: /^(gateway\/executor)\//,
    mayImport: ['$1/', 'gateway/operation/', 'gateway/supergraph/supergraph\\.ts$', 'platform/'],
  },
  {
    who: 'prepared documents',
    from: /^(gateway\/document)\//,
    mayImport: [
      '$1/',
      'gateway/executor/',
      'gateway/operation/',
      'gateway/supergraph/supergraph\\.ts$',
      'platform/',
    ],
  },
  {
    who: 'guards',
    from: /^(gateway\/guards)\//,
    mayImport: ['$1/', 'gateway/document/', 'gateway/operation/', 'platform/'],
  },
  { who: 'gateway', from: /^gateway\//, mayImport: ['gateway/', 'platform/', 'schema/'] },
  { who: 'client', from: /^client\//, mayImport: ['client/'] },
  { who: 'smoke', from: /^smoke\//, mayImport: ['smoke/', 'client/'] },
];

function describeBreach(rule: Rule, { from, to, internal }: Import): string | undefined {
  if (internal && rule.mayImport) {
    const own = rule.from.exec(from)?.[1] ?? '';
    if (testCode.test(to)) return 'only tests may import test code';
    const allowed = rule.mayImport.map((start) => start.replace('$1', own));
    if (!allowed.some((start) => new RegExp(`^${start}`).test(to))) {
      return `${rule.who} may import ${allowed.join(', ')}`;
    }
  }
  if (!internal && rule.neverPackages?.test(to)) return `${rule.who} may not import this package`;
  if (rule.mayImport && /^(?:node:)?process$/.test(to) && !from.endsWith('/env.ts')) {
    return 'only env.ts reads the environment';
  }
  return undefined;
}

/** One line for each import that the table forbids. */
export function findForbiddenImports(imports: readonly Import[]): string[] {
  return imports.flatMap((each) => {
    const rule = rules.find(({ from }) => from.test(each.from));
    const breach = rule ? describeBreach(rule, each) : 'no import rule covers this folder';
    return breach ? [`${each.from}:${each.line} imports ${each.to}: ${breach}`] : [];
  });
}

/** One line for each circle of imports, the first found through each file. */
export function findCircles(imports: readonly Import[]): string[] {
  const targets = Map.groupBy(
    imports.filter(({ internal }) => internal),
    ({ from }) => from,
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push(`circular import: ${[...path.slice(start), file].join(' -> ')}`);
    if (start >= 0 || done.has(file)) return;
    for (const { to } of targets.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return circles;
}
