/**
 * What a machine's GPU makes of the models: first the same predictions as the CPU's, then how fast. Each execution
 * provider and model is tried in a process of its own, since a faulty driver may take it down.
 *
 * `check.cjs [--require EP]… [--model FOLDER]…`: an execution provider that cannot run is only reported, unless it is
 * required. Exit code 1 where something ran and was wrong, or did not run and was required.
 */
import { fork, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { examine, type Finding } from './examine';

const PROVIDERS = ['cuda', 'webgpu'];
/** Software drivers are slow, and a hanging one must end. */
const LIMIT_MS = 480_000;

const { values } = parseArgs({
  options: {
    require: { type: 'string', multiple: true, default: [] },
    model: { type: 'string', multiple: true, default: bundledModels() },
    provider: { type: 'string', multiple: true, default: PROVIDERS },
    /** Given to the processes this one starts. */
    examine: { type: 'boolean', default: false },
  },
});

if (values.examine) {
  void examine(values.model[0]!, values.provider[0]!).then(report, (error: Error) =>
    report({ kind: 'not run', reason: error.message }),
  );
} else {
  void checkAll();
}

function report(finding: Finding): void {
  process.send?.(finding, () => process.exit());
}

async function checkAll(): Promise<void> {
  console.log(`Node ${process.version} on ${process.platform}-${process.arch}`);
  const smi = spawnSync('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader']);
  console.log(`NVIDIA: ${smi.error ? 'no nvidia-smi here' : String(smi.stdout).trim()}\n`);
  const ran = new Set<string>();
  let failed = false;
  for (const provider of values.provider) {
    for (const model of values.model) {
      const finding = await inChild(model, provider);
      console.log(`${provider}, ${path.basename(model)}: ${inWords(finding)}\n`);
      if (finding.kind !== 'not run') ran.add(provider);
      if (finding.kind === 'wrong') failed = true;
    }
  }
  const notRun = values.provider.filter((provider) => !ran.has(provider));
  const missing = values.require.filter((provider) => !ran.has(provider));
  if (notRun.length > 0) console.log(`NOT RUN, so nothing is known of it: ${notRun.join(', ')}.`);
  if (missing.length > 0) console.log(`REQUIRED, and not run: ${missing.join(', ')}.`);
  console.log(failed ? 'FAILED.' : 'Nothing that ran failed.');
  process.exitCode = failed || missing.length > 0 ? 1 : 0;
}

function inChild(model: string, provider: string): Promise<Finding> {
  return new Promise((resolve) => {
    const child = fork(__filename, ['--examine', '--model', model, '--provider', provider]);
    const end = (finding: Finding): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(finding);
    };
    const timer = setTimeout(
      () => end({ kind: 'not run', reason: `nothing within ${LIMIT_MS / 1000} seconds` }),
      LIMIT_MS,
    );
    child.once('message', (finding) => end(finding as Finding));
    child.once('exit', (code, signal) =>
      end({ kind: 'not run', reason: `the process ended with ${signal ?? `exit code ${code}`}` }),
    );
  });
}

function inWords(finding: Finding): string {
  if (finding.kind === 'not run') return `NOT RUN: ${finding.reason}`;
  const { differences, timings, kind } = finding;
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  return [
    kind === 'right' ? 'same predictions as the CPU' : 'WRONG PREDICTIONS',
    ...differences.map(
      ({ what, nats }) => `  ${what}: differs by at most ${nats.toPrecision(2)} nats`,
    ),
    `  context kept in ${timings.location === 'cpu' ? 'host memory, and copied at every step' : 'device memory'}`,
    `  fill of L = ${timings.slots} in ${timings.steps} steps, ${timings.context} tokens of context: ${ms(timings.fillMs)}` +
      ` (context ${ms(timings.encodeMs)}, step ${ms(timings.stepMs)}; medians of ${timings.runs})`,
  ].join('\n');
}

/** Those that lie beside the bundle. */
function bundledModels(): string[] {
  const folder = path.join(__dirname, 'models');
  return readdirSync(folder).map((name) => path.join(folder, name));
}
