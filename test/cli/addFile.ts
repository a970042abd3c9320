import { beforeAll } from 'vitest';
import type { Installation } from './installation';

/** `add` and `sub`, of which the tests have something filled. */
export const source =
  'function add(a, b) {\n  return a + b;\n}\n\nfunction sub(a, b) {\n  return a - b;\n}\n';

/** The same fill every time. */
export const seeded = ['--seed', '7', '--preset', 'mdlm', '-T', '8', '-L', '12', '--ep', 'cpu'];

/** Its file, known once tests run. */
export function useAddFile(here: Installation): () => string {
  let file = '';
  beforeAll(async () => {
    file = await here.file('add.js', source);
  });
  return () => file;
}
