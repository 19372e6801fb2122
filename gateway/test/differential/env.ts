/** Else the stock gateway opens an exporter to its vendor when it loads. */
export function keepStockGatewaySilent(): void {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
}
