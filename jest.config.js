export default {
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  moduleFileExtensions: ['ts', 'js', 'cjs', 'mjs', 'json', 'node'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': './scripts/testing/strip-types.js' },
  globalSetup: './scripts/testing/start-postgres.ts',
  globalTeardown: './scripts/testing/stop-postgres.ts',
  testTimeout: 30_000,
};
