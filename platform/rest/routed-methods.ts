import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { RestFailure } from './rest-failure.ts';

/** The methods of each path, HEAD among them where there is GET. */
export class RoutedMethods {
  readonly #byUrl = new Map<string, Set<string>>();

  /** An `onRoute` hook. */
  readonly note = ({ url, method }: RouteOptions): void => {
    this.#byUrl.set(url, new Set([...(this.#byUrl.get(url) ?? []), ...[method].flat()]));
  };

  /** Answers all other methods of these paths: 405 with what there is (RFC 9110, 15.5.6). After every `note`. */
  refuseOthers(app: FastifyInstance): void {
    for (const [url, methods] of this.#byUrl) {
      const allow = [...methods].sort().join(', ');
      const refuse = async ({ method }: FastifyRequest) => {
        throw new RestFailure(405, `There is no ${method} here, only ${allow}.`, { allow });
      };
      app.route({
        url,
        method: app.supportedMethods.filter((method) => !methods.has(method)),
        // Before anything of the body is read, which need not be JSON.
        onRequest: refuse,
        handler: refuse,
      });
    }
  }
}
