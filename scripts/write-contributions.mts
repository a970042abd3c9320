/** `npm run contributions`: writes into package.json the settings that the schemas describe. */
import { readFileSync, writeFileSync } from 'node:fs';
import { settingsContributions } from './contributions/settingsContributions';

const file = new URL('../package.json', import.meta.url);
const manifest = JSON.parse(readFileSync(file, 'utf8'));
const { contributes } = manifest;
contributes.configuration = settingsContributions(contributes.configuration);
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
