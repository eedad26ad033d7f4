import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The demo imports the package by its name, as its users do.
  resolve: {
    alias: [
      {
        find: /^onesocket\/(server|redis|metrics)$/,
        replacement: path.resolve(import.meta.dirname, 'src/$1/index.ts'),
      },
      { find: /^onesocket$/, replacement: path.resolve(import.meta.dirname, 'src/index.ts') },
    ],
  },
  test: {
    include: ['src/**/*.test.ts', 'demo/**/*.test.ts', 'bench/**/*.test.ts', 'recipes/**/*.test.{ts,tsx}'],
    pool: 'forks',
    maxWorkers: 2,
  },
});
