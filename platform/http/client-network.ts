import { normalizeIP } from '@fastify/rate-limit';

/** Longer than any address; what a proxy that is believed passes on need not be one. */
const longest = 64;

/** What counts as one client's: an IPv4 address, or the /64 of IPv6 that one household has. */
export function clientNetwork(address: string): string {
  return normalizeIP(address, 64).slice(0, longest);
}
