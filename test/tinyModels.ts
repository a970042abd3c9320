import { fileURLToPath } from 'node:url';

/** A trained model of 0.1 million parameters: its fills are poor, and there in no time. */
export const tinyModel = fileURLToPath(new URL('fixtures/tiny-model', import.meta.url));

/** One of that size with the graphs of the bundled model, adapted: its variant for the CPU is shipped packed. */
export const tinyAdaptedModel = fileURLToPath(new URL('fixtures/tiny-adapted', import.meta.url));
