import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { samplerFrom } from '../../../../src/cli/options/sampler';
import { addSamplerOptions } from '../../../../src/cli/options/samplerOptions';
import { samplerKnobs } from '../../../../src/diffusion/settings/knobTable';
import { defaultPreset, presetNamed } from '../../../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import { partKnob } from '../../diffusion/settings/partKnob';

describe('the sampler of a command line', () => {
  it('is the default preset when nothing is said', () => {
    expect(samplerFrom({})).toEqual(defaultPreset.sampler);
  });

  it('is the named preset with the given knobs turned', () => {
    expect(samplerFrom({ preset: 'fast-dllm', steps: 5, temperature: 0.5 })).toEqual({
      ...presetNamed('Fast-dLLM')?.sampler,
      steps: 5,
      temperature: 0.5,
    });
  });

  it('takes rules with their parameters', () => {
    const sampler = samplerFrom({
      parallel: 'threshold:threshold=0.7',
      remask: 'remdm-cap:eta=0.1',
    });
    expect(sampler.parallel).toEqual({ rule: 'threshold', threshold: 0.7 });
    expect(sampler.remask).toEqual({ remasker: 'remdm-cap', eta: 0.1 });
    expect(
      samplerFrom({ remask: 'remdm-loop:eta=0.02,on=0.55,alpha=0.9,off=0.05' }).remask,
    ).toEqual({ remasker: 'remdm-loop', eta: 0.02, on: 0.55, alpha: 0.9, off: 0.05 });
  });

  it('leaves parameters that are not given as a preset has them', () => {
    expect(samplerFrom({ parallel: 'threshold' }).parallel).toEqual(
      presetNamed('Fast-dLLM')?.sampler.parallel,
    );
  });

  it('can be told what to turn the knobs of', () => {
    const { sampler: dream } = presetNamed('Dream')!;
    expect(samplerFrom({ steps: 5 }, dream)).toEqual({ ...dream, steps: 5 });
    expect(samplerFrom({ preset: 'mdlm' }, dream)).toEqual(presetNamed('MDLM')?.sampler);
  });

  it('can be told every knob there is, in the words of the help', () => {
    const command = addSamplerOptions(new Command()).exitOverride();
    const typed = { number: '1', choice: '', part: '' };
    for (const knob of samplerKnobs) {
      const name =
        knob.kind === 'choice'
          ? Object.keys(knob.options).at(-1)
          : knob.kind === 'part' && knob.options.at(-1)?.name;
      const flag = command.options.find((option) => option.attributeName() === knob.key)?.long;
      command.parse([flag!, name || typed[knob.kind]], { from: 'user' });
      const turned = samplerFrom(command.opts())[knob.key as keyof SamplerSettings];
      expect(JSON.stringify(turned)).toContain(name || typed[knob.kind]);
    }
    const help = command.helpInformation();
    for (const { name } of partKnob('remask').options) expect(help).toContain(name);
  });

  it('lists the presets when it knows none of that name', () => {
    for (const name of ['MDLM', 'LLaDA', 'Fast-dLLM', 'ReMDM']) {
      expect(() => samplerFrom({ preset: 'best' })).toThrow(
        new RegExp(`no preset “best”; the presets are .*\\b${name}\\b`),
      );
    }
  });

  it.each([
    [{ steps: 0 }, /steps.*1.*1024/],
    [{ steps: 2.5 }, /steps/],
    [{ temperature: -1 }, /temperature.*0.*2/],
    [{ topP: 0 }, /top.?P/i],
    [{ parallel: 'threshold:threshold=2' }, /threshold.*0.*1/],
    [{ parallel: 'sometimes' }, /^--parallel must be one of ancestral, fixed/],
    [
      { parallel: 'threshold:gamma=2' },
      /threshold has no gamma; it has threshold, a number from 0 to 1/,
    ],
    [{ parallel: 'fixed:n=2' }, /fixed has no n; it has nothing to set/],
    [{ remask: 'remdm-cap:eta' }, /NAME:KEY=NUMBER/],
    [{ parallel: 'threshold:threshold= ' }, /NAME:KEY=NUMBER/],
    [{ parallel: 'threshold:threshold=0.5=0.9' }, /NAME:KEY=NUMBER/],
    [{ parallel: 'threshold:threshold=0.5,threshold=0.9' }, /sets threshold more than once/],
  ])('refuses %j in one line', (options, message) => {
    expect(() => samplerFrom(options)).toThrow(message);
    expect(() => samplerFrom(options)).not.toThrow(/\n/);
  });
});
