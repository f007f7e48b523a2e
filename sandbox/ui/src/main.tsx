import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './app/app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { startTranslation } from './i18n/index.ts';

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no #root');
await startTranslation();
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
