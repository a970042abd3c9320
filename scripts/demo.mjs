/**
 * `npm run demo`: on a fresh clone, installs, builds and fills gaps in real files on the bundled model,
 * showing the unmasking live. Uses Node's own modules only; the rest is not there before the installation.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is cut out of which file, and what stands before each cut; the gaps of a file are filled jointly. */
const gaps = [
  {
    file: 'test/fixtures/demo/inventory.ts',
    cuts: [
      { after: 'item.quantity -= quantity;\n    return ', cut: 'item;' },
      { after: 'has(', cut: 'name: string' },
      { after: 'names.push(', cut: 'item.name' },
    ],
  },
  {
    file: 'test/fixtures/demo/readings.py',
    cuts: [
      { after: 'return sum(values) / len(', cut: 'values)' },
      { after: 'center = mean(', cut: 'values)' },
    ],
  },
];

ensureInstalled();
heading('Building');
run(['scripts/build.mjs'], 'inherit');
for (const { file, cuts } of gaps) infill(file, cuts);

/** Fills the gaps that cutting leaves in a file, and shows the file before and after. */
function infill(file, cuts) {
  const text = readFileSync(`${root}${file}`, 'utf8');
  const spans = cuts.map(({ after, cut }) => {
    const found = text.indexOf(`${after}${cut}`);
    if (found < 0) throw new Error(`${file} no longer holds ${JSON.stringify(after + cut)}.`);
    const start = found + after.length;
    return { start, end: start + cut.length };
  });

  heading(`Before: ${file}, with ${spans.length} gaps`);
  show(
    text,
    spans,
    spans.map(() => '▒▒▒▒▒▒▒▒'),
  );

  const places = spans.map(({ start, end }) => `${place(text, start)}-${place(text, end)}`);
  const options = places.flatMap((each) => ['--span', each]);
  heading(`unmask fill ${file} ${options.join(' ')} --watch`);
  const { texts, ...numbers } = JSON.parse(
    run(['dist/cli.js', 'fill', file, ...options, '--watch', '--json'], 'pipe'),
  );

  heading(`After: ${file}`);
  show(text, spans, texts);
  const kept = texts.filter((fill, index) => fill.trim() === cuts[index].cut.trim()).length;
  console.log(`\n${kept} of ${cuts.length} gaps filled as the author had written them.`);
  const { slots, steps, encodeMs, stepsMs, model, executionProvider } = numbers;
  console.log(
    `${slots} slots in ${steps} steps: ${encodeMs.toFixed(0)} ms to read the context, ` +
      `${stepsMs.toFixed(0)} ms to denoise (${model.name} ${model.version} on ${executionProvider}).`,
  );
}

/** Prints the lines around the spans, the spans holding other texts, marked at the margin. */
function show(text, spans, texts) {
  const around = 3;
  let shown = '';
  let from = 0;
  for (const [index, { start, end }] of spans.entries()) {
    shown += `${text.slice(from, start)}\u0000${texts[index]}\u0000`;
    from = end;
  }
  let filling = false;
  const lines = `${shown}${text.slice(from)}`.split('\n').map((line) => {
    const touched = filling || line.includes('\u0000');
    if (line.split('\u0000').length % 2 === 0) filling = !filling;
    return { touched, line: line.replaceAll('\u0000', '') };
  });
  const first = lines.findIndex(({ touched }) => touched) - around;
  const last = lines.findLastIndex(({ touched }) => touched) + around;
  for (const { touched, line } of lines.slice(Math.max(first, 0), last + 1)) {
    console.log(`${touched ? '▌' : ' '} ${line}`);
  }
}

/** Line and column from 1, as the command line wants them. */
function place(text, offset) {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${lines.at(-1).length + 1}`;
}

/** Runs a script of ours; its messages (the live view) go to our standard output, so that they stay in order. */
function run(args, output) {
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', output, process.stdout.fd],
    encoding: 'utf8',
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}

function heading(title) {
  console.log(`\n── ${title}`);
}
