import { parseArgs } from 'node:util';
import { type ClusterSettings, type ServiceName, serviceNames } from './cluster.ts';

const usage = 'npm run cluster [-- --replicas 2] [--identity-port 18081] [--attendance-port 18082]';

/** @throws with the usage for what it does not know, or is no such number */
export function readRequest(args: readonly string[]): Pick<ClusterSettings, 'replicas' | 'doors'> {
  const given = parse(args);
  const count = wholeNumber('--replicas', given.replicas, 8);
  return {
    replicas: Object.fromEntries(serviceNames.map((name): [ServiceName, number] => [name, count])),
    doors: {
      identity: wholeNumber('--identity-port', given['identity-port'], 65_535),
      attendance: wholeNumber('--attendance-port', given['attendance-port'], 65_535),
    },
  };
}

function parse(args: readonly string[]) {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const options = {
    replicas: text('1'),
    'identity-port': text('18081'),
    'attendance-port': text('18082'),
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new Error(`${option} must be a whole number from 1 to ${most}, not "${text}".\n${usage}`);
}
