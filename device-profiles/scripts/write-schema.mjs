// Writes schema/device-profile.v1.schema.json from src/format (after a build). A test holds the two together.
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { deviceProfileJsonSchema } from '../dist/format/json-schema.js';

const target = new URL('../schema/device-profile.v1.schema.json', import.meta.url);
const config = await resolveConfig(target);
writeFileSync(target, await format(JSON.stringify(deviceProfileJsonSchema()), { ...config, parser: 'json' }));
