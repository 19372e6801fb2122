import type { TracingEnvironment } from '../env.ts';
import type { Log } from '../logging.ts';
import type { Tracing } from './tracing.ts';

/**
 * @param service its name in traces
 * @param isWithin whether only services of the system ask it
 */
export async function startTracing(
  settings: TracingEnvironment | undefined,
  service: string,
  log: Log,
  isWithin = false,
): Promise<Tracing | undefined> {
  if (!settings) return undefined;
  const { otlpTracing } = await import('./otlp-tracing.ts');
  return otlpTracing({ ...settings, service, isWithin, log });
}
