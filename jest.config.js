// The AWS SDK would warn of Node.js 20 in the middle of the results.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** @type {import('jest').Config} */
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/end-left-storages.js'],
  transform: {
    '\\.[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // cdktf notes a stack trace for each token, which nobody reads here, and jest looks for the source of its every line:
  // half of the time of a synthesis.
  moduleNameMapper: { '^\\./(tokens/)?(private/)?stack-trace$': '<rootDir>/test/no-stack-trace.js' },
  moduleFileExtensions: ['ts', 'js', 'json'],
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/cdktf.out/',
    '<rootDir>/.local/',
    '<rootDir>/.venv/',
    '<rootDir>/test/checkov/.venv/',
  ],
};

module.exports = {
  // jest's own 5 s are for a machine that does nothing else.
  testTimeout: 30_000,
  // The end-to-end tests mostly wait for Terraform: they run beside the others.
  maxWorkers: 4,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/e2e/'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      globalSetup: '<rootDir>/test/e2e/setup.ts',
      globalTeardown: '<rootDir>/test/e2e/teardown.ts',
    },
  ],
};
