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
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What every page stands on is one file that changes seldom; left alone, it would be some thirty.
            {
              name: 'base',
              test: /node_modules\/(?!maplibre|@maplibre|echarts|zrender|tslib)/,
              minShareCount: 2,
            },
            { name: 'charts', test: /node_modules\/(echarts|zrender|tslib)\// },
            {
              name: 'parts',
              test: /ui\/src\/(api|components|format|i18n\/index|theme)(?!\/charts)/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': `http://127.0.0.1:${process.env['CITY_HTTP_PORT'] ?? '8080'}` },
  },
});
