import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'demo/**/*.test.ts', 'bench/**/*.test.ts', 'recipes/**/*.test.{ts,tsx}'],
    pool: 'forks',
    maxWorkers: 2,
  },
});
