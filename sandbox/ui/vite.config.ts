import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: folder('.'),
  plugins: [react()],
  build: {
    outDir: folder('../dist-ui'),
    emptyOutDir: true,
    target: 'es2022',
    // The sandbox's content security policy allows no data: scripts, and small icons are better cached as files.
    assetsInlineLimit: 0,
    // MapLibre and ECharts are large by nature; both are loaded only when a page draws them.
    chunkSizeWarningLimit: 1200,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': `http://127.0.0.1:${process.env['CITY_HTTP_PORT'] ?? '8080'}` },
  },
});
