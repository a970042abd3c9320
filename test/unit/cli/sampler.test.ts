import { describe, expect, it } from 'vitest';
import { samplerFrom } from '../../../src/cli/sampler';
import { defaultPreset, presetNamed } from '../../../src/diffusion/presets';

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
    [{ parallel: 'sometimes' }, /parallel/],
    [{ remask: 'remdm-cap:eta' }, /NAME:KEY=NUMBER/],
  ])('refuses %j in one line', (options, message) => {
    expect(() => samplerFrom(options)).toThrow(message);
    expect(() => samplerFrom(options)).not.toThrow(/\n/);
  });
});
