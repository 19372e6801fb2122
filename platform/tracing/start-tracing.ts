import type { TracingEnvironment } from '../env.ts';
import type { Log } from '../logging.ts';
import type { Tracing } from './tracing.ts';

/** @param service its name in traces */
export async function startTracing(
  settings: TracingEnvironment | undefined,
  service: string,
  log: Log,
): Promise<Tracing | undefined> {
  if (!settings) return undefined;
  const { otlpTracing } = await import('./otlp-tracing.ts');
  return otlpTracing({ ...settings, service, log });
}
