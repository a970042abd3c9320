/**
 * Records the trace that the panel's tests show: two spans of the demo file, filled by the bundled model.
 * Run it after a build with `npx tsx test/webview/recordTrace.mts` when the trace format changes.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { presetNamed } from '../../src/diffusion/settings/presets';
import { appendSteps, beginTrace, endTrace } from '../../src/diffusion/trace/replay';
import type { Trace } from '../../src/diffusion/trace/trace';
import { EngineClient } from '../../src/engine/client';

const at = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const text = await readFile(at('test/fixtures/demo/inventory.ts'), 'utf8');
const spans = ['total += item.price * item.quantity', 'item.quantity > 0'];

const context: string[] = [];
let rest = text;
for (const span of spans) {
  const start = rest.indexOf(span);
  if (start < 0) throw new Error(`The demo file does not hold ${span} here.`);
  context.push(rest.slice(0, start));
  rest = rest.slice(start + span.length);
}
context.push(rest);

const client = new EngineClient({ entry: at('dist/engine.js'), log: console.error });
await client.load({ folder: at('models/unmask-135m'), executionProvider: 'cpu', threads: 0 });
let trace: Trace | null = null;
const { sampler } = presetNamed('ReMDM rescale')!;
const result = await client.fill(
  {
    run: 'recorded',
    language: 'typescript',
    context,
    startsDocument: true,
    endsDocument: true,
    spans: spans.map((span) => ({ text: span, slots: 14 })),
    mode: { kind: 'infill' },
    sampler: {
      ...sampler,
      steps: 24,
      temperature: 0.6,
      remask: { remasker: 'remdm-rescale', eta: 0.2 },
    },
    seed: 7,
  },
  {
    onFrame: (frame) => {
      if (frame.kind === 'started') trace = beginTrace(frame.header, frame.tokenTexts);
      else if (trace !== null && frame.kind === 'steps')
        trace = appendSteps(trace, frame.steps, frame.tokenTexts);
    },
  },
);
await client.dispose();
if (trace === null) throw new Error('The engine reported no canvas.');
await writeFile(
  at('test/fixtures/recorded-trace.json'),
  `${JSON.stringify(endTrace(trace, result.outcome, result.timings))}\n`,
);
console.log(JSON.stringify(result, null, 2));
