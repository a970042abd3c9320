import { PassThrough } from 'node:stream';
import { createColors } from 'picocolors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watcher } from '../../../../src/cli/fill/watcher';
import { colorsFor } from '../../../../src/cli/output';
import { reveal, traceOf } from './trace';

/** A stream that keeps what was written; a terminal when it has columns. */
function recorder(terminal: boolean) {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  const output = terminal ? Object.assign(stream, { isTTY: true, columns: 80, rows: 24 }) : stream;
  return { output, text: () => text };
}

const plain = createColors(false);
beforeEach(() => {
  vi.stubEnv('TERM', 'xterm');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const running = new AbortController().signal;
const trace = traceOf([[reveal(0, 2)], [reveal(1, 2)], [reveal(2, 2)], [reveal(3, 2)]]);
const upTo = (steps: number) => ({ ...trace, steps: trace.steps.slice(0, steps) });

describe('watching a run', () => {
  it('writes a line for every step, also when they come in bunches', async () => {
    const { output, text } = recorder(false);
    const watcher = new Watcher(output, 0, plain, running);
    watcher.show(upTo(0));
    watcher.show(upTo(3));
    watcher.show(upTo(4));
    await watcher.finish();
    expect(text().trim().split('\n')).toHaveLength(5);
    expect(text()).toContain('step 2 of at most 4 · 2 of 4 slots masked · 5 ms  xx▒▒');
  });

  it('does so too on a terminal that can do no more, without colours', async () => {
    vi.stubEnv('TERM', 'dumb');
    const { output, text } = recorder(true);
    const watcher = new Watcher(output, 0, colorsFor(output, true), running);
    watcher.show(upTo(4));
    await watcher.finish();
    expect(text().trim().split('\n')).toHaveLength(5);
    expect(text()).not.toContain('\u001b');
  });

  it('tells in a terminal what the run waits for, in the place of its steps, and how much of the context is read', async () => {
    const { output, text } = recorder(true);
    const watcher = new Watcher(output, 0, plain, running);
    watcher.wait('Loading the model…');
    expect(text()).toContain('Loading the model…');
    watcher.clear();
    const eraseLine = '\u001b[2K';
    expect(text().slice(text().indexOf('…'))).toContain(eraseLine);
    watcher.show(upTo(0));
    watcher.read(0, 2048);
    await vi.waitFor(() => expect(text()).toContain('4 slots masked · context: 0 of 2048 tokens'));
    watcher.read(1024, 2048);
    await vi.waitFor(() => expect(text()).toContain('context: 1024 of 2048 tokens'));
    const before = text().length;
    watcher.read(2048, 2048);
    await vi.waitFor(() => expect(text().slice(before)).toContain('step 0 of at most 4'));
    watcher.show(upTo(4));
    await watcher.finish();
    expect(text().slice(before)).toContain('step 4 of at most 4');
    expect(text().slice(before)).not.toContain('context');
  });

  it('says nothing of that elsewhere', async () => {
    const { output, text } = recorder(false);
    const watcher = new Watcher(output, 0, plain, running);
    expect(watcher.isLive).toBe(false);
    watcher.wait('Loading the model…');
    watcher.clear();
    watcher.show(upTo(0));
    watcher.read(0, 2048);
    await watcher.finish();
    expect(text().trim().split('\n')).toHaveLength(1);
    expect(text()).not.toMatch(/Loading|context/);
  });

  it('counts the sweeps of particle Gibbs behind the steps before them', async () => {
    for (const terminal of [false, true]) {
      const { output, text } = recorder(terminal);
      const watcher = new Watcher(output, 0, plain, running);
      watcher.show(upTo(4));
      watcher.count(0, 2);
      await vi.waitFor(() => expect(text()).toContain('sweep 0 of 2'));
      watcher.count(1, 2);
      watcher.show({ ...upTo(1), header: { ...trace.header } });
      await watcher.finish();
      expect(text()).toMatch(/step 4 of at most 4.*sweep 0.*sweep 1.*step 1 of at most 4/s);
      expect(text().slice(0, text().indexOf('step 4 of at most 4'))).not.toContain('sweep');
    }
  });

  it('leaves the last picture without sweeps that were over before it', async () => {
    const { output, text } = recorder(true);
    const watcher = new Watcher(output, 5, plain, running);
    watcher.show(upTo(4));
    watcher.count(1, 2);
    watcher.show({ ...upTo(4), header: { ...trace.header } });
    await watcher.finish();
    expect(text()).not.toContain('sweep');
  });

  it('starts over when the run does', async () => {
    const { output, text } = recorder(false);
    const watcher = new Watcher(output, 0, plain, running);
    watcher.show(upTo(1));
    watcher.show({ ...upTo(0), header: { ...trace.header } });
    await watcher.finish();
    expect(text().match(/step 0 of at most 4/g)).toHaveLength(2);
  });

  it('holds each picture on a terminal for the eye, unless the run was stopped', async () => {
    const paced = recorder(true);
    const watcher = new Watcher(paced.output, 20, plain, running);
    const started = performance.now();
    watcher.show(upTo(4));
    await watcher.finish();
    expect(performance.now() - started).toBeGreaterThan(90);
    expect(paced.text()).toContain('step 1 of at most 4');
    expect(paced.text()).toContain('step 4 of at most 4');

    const stop = new AbortController();
    const stopped = new Watcher(recorder(true).output, 60_000, plain, stop.signal);
    stopped.show(upTo(4));
    setTimeout(() => stop.abort(), 10);
    await stopped.finish();
  });
});
