import { describe, expect, test } from 'vitest';
import { defaultLength } from '../../../src/diffusion/length/settings';
import { defaultSearch } from '../../../src/diffusion/search/settings';
import { defaultPreset } from '../../../src/diffusion/settings/presets';
import { readIncoming } from '../../../src/panel/incoming';

const knobs = {
  preset: 'LLaDA',
  sampler: defaultPreset.sampler,
  search: defaultSearch,
  length: defaultLength,
  slots: 'auto',
  seed: null,
};

describe('what the webview sends', () => {
  test.each(['ready', 'run', 'stop', 'accept', 'reject', 'exportTrace'])('%s is taken', (kind) => {
    expect(readIncoming({ kind })).toEqual({ ok: true, message: { kind } });
  });

  test('knobs are taken', () => {
    expect(readIncoming({ kind: 'knobs', knobs })).toEqual({
      ok: true,
      message: { kind: 'knobs', knobs },
    });
  });

  test('nothing but what was asked for gets through', () => {
    const read = readIncoming({ kind: 'run', also: 'this', __proto__: { bad: true } });
    expect(read).toEqual({ ok: true, message: { kind: 'run' } });
  });

  test.each([
    [undefined, 'expected object'],
    ['run', 'expected object'],
    [{ kind: 'format' }, 'kind'],
    [{ kind: 'branch', step: 1, changes: [{ kind: 'pin', slot: 0 }] }, 'changes.0.token'],
    [{ kind: 'branch', step: -1, changes: [] }, 'step'],
    [{ kind: 'tokenise', text: 'x'.repeat(2000) }, 'text'],
    [{ kind: 'knobs' }, 'knobs'],
    [{ kind: 'knobs', knobs: { ...knobs, slots: 0 } }, 'knobs.slots'],
    [{ kind: 'knobs', knobs: { ...knobs, seed: 2 ** 32 } }, 'knobs.seed'],
    [
      { kind: 'knobs', knobs: { ...knobs, sampler: { ...knobs.sampler, steps: 1e9 } } },
      'knobs.sampler.steps: must be a whole number from 1 to 1024',
    ],
  ])('%j is refused with a reason', (value, reason) => {
    const read = readIncoming(value);
    expect(read.ok).toBe(false);
    expect(!read.ok && read.reason).toContain(reason);
    expect(!read.ok && read.reason).not.toContain('\n');
  });
});
