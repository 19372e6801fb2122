import type { Deployment } from '../deployment.ts';
import { expectSame } from '../expectations.ts';
import type { Journey } from '../journey.ts';

const patience = 10_000;

async function expectAnswer({ exchanges }: Deployment, address: string, body: object): Promise<void> {
  const response = await exchanges.fetch(address, { signal: AbortSignal.timeout(patience) });
  expectSame('status', response.status, 200);
  expectSame('answer', await response.json(), body);
}

export const health: Journey = {
  name: 'health',
  steps: (deployment) => {
    const { url, identityUrl } = deployment.settings;
    const service = 'attendance-service';
    const host = [
      {
        name: 'the host is up',
        run: async () => await expectAnswer(deployment, `${url}/health`, { status: 'ok', service }),
      },
      {
        name: 'the host is ready',
        run: async () => await expectAnswer(deployment, `${url}/ready`, { status: 'ready', service }),
      },
    ];
    if (identityUrl === undefined) return host;
    const identity = {
      name: 'identity is up at its own door',
      run: async () =>
        await expectAnswer(deployment, `${identityUrl}/health`, {
          status: 'ok',
          service: 'identity-service',
        }),
    };
    return [...host, identity];
  },
};
