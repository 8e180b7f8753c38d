import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // svelteTesting: tests mount components as a browser does (in a file with `// @vitest-environment jsdom`).
  plugins: [svelte(), svelteTesting({ autoCleanup: false })],
  base: './',
  server: { port: 5173, strictPort: true },
  build: { target: 'safari15', chunkSizeWarningLimit: 900 },
  test: { include: ['src/**/*.test.ts'] },
});
