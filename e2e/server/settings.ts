/** Known to the test server and to whoever mints tokens for it. */
export const jwtSettings = {
  secret: 'only-for-the-e2e-tests-of-this-repository',
  issuer: 'onesocket-e2e',
  audience: 'onesocket-tabs',
} as const;
