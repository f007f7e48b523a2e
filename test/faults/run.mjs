// npm run faults -- --help
// Node 20 does not run TypeScript: what is imported from here on is stripped of its types by the compiler.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
