import { mergeConfig } from 'vitest/config';
import tests from './vitest.config';

/** Takes the pictures of the README and the walkthrough anew: `npm run build && npx vitest run --config test/vscode/pictures.config.ts`. */
export default mergeConfig(
  { ...tests, test: { ...tests.test, include: [] } },
  {
    test: { include: ['test/vscode/pictures.ts'] },
  },
);
