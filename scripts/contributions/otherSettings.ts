import { defaultPreset, presets } from '../../src/diffusion/settings/presets';
import { seedSchema, slotsSchema } from '../../src/diffusion/settings/sampler';
import { contextCharacters } from '../../src/editor/settings/contextCharacters';
import { engineIdle } from '../../src/editor/settings/engineIdle';
import { onlyOn, providerNames } from '../../src/editor/settings/providerNames';
import { usualHoleMarker } from '../../src/engine/client/holes';
import {
  contextCacheSchema,
  defaultContextCacheMegabytes,
  type ExecutionProvider,
  executionProviderSchema,
  threadsSchema,
  wantedProviderSchema,
} from '../../src/engine/protocol/messages';
import { integer, knobOf, type Properties, range } from './properties';

const systems = { linux: 'Linux', win32: 'Windows', darwin: 'macOS' };

export function runSettings(): Properties {
  const [slots, seed] = [knobOf(slotsSchema.options[1]), knobOf(seedSchema)];
  return {
    'unmask.preset': {
      type: 'string',
      enum: presets.map(({ name }) => name),
      enumDescriptions: presets.map(({ summary }) => summary),
      default: defaultPreset.name,
      markdownDescription:
        'The sampler a run starts with. The settings of the sampler change parts of it; the knobs of the denoising panel change them for the present workspace.',
    },
    'unmask.holeMarker': {
      type: 'string',
      default: usualHoleMarker,
      markdownDescription:
        'What you write where something is to be filled in; *Fill All Holes in File* fills every place where it stands.',
    },
    'unmask.inlineCompletions': {
      type: 'boolean',
      default: false,
      description:
        'Offer what would be filled in at the cursor as ghost text while you type, in the languages of the model. Each takes a second or so of processor time, and the model is loaded for the first.',
    },
    'unmask.slots': {
      anyOf: [
        { type: 'string', enum: ['auto'] },
        { type: 'integer', ...range(slots) },
      ],
      default: 'auto',
      markdownDescription:
        '*L*, the number of tokens a span can at most be filled with; the bundled model takes at most 64. `auto` guesses it from the selection and grows it when it was too small.',
    },
    'unmask.seed': {
      type: ['integer', 'null'],
      ...range(seed),
      default: null,
      markdownDescription: `${seed.help}. \`null\` draws a new one for every run.`,
    },
  };
}

export function contextSettings(): Properties {
  const { before, after, usual } = contextCharacters;
  return {
    'unmask.contextCharacters.before': integer(before, usual.before),
    'unmask.contextCharacters.after': integer(after, usual.after),
    'unmask.encodeAhead': {
      type: 'boolean',
      default: true,
      description:
        'Encode the text around a selection as soon as it stands still, so that a fill there begins sooner. Only while the model is loaded, and no fill runs or waits to be accepted. Each selection, filled or not, takes some seconds of processor time.',
    },
    'unmask.contextCacheMegabytes': {
      ...integer(contextCacheSchema, defaultContextCacheMegabytes),
      scope: 'machine',
    },
  };
}

export function engineSettings(): Properties {
  return {
    'unmask.executionProvider': {
      type: 'string',
      enum: wantedProviderSchema.options,
      enumDescriptions: [
        'The fastest that gives right numbers on this machine',
        ...executionProviderSchema.options.map(providerDescription),
      ],
      scope: 'machine',
      default: 'auto',
      markdownDescription:
        'Where the model runs: the execution provider of ONNX Runtime. One that fails on this machine is left for the CPU; the status item and the log say why.',
    },
    'unmask.threads': { ...integer(threadsSchema, 0), scope: 'machine' },
    'unmask.engineIdleMinutes': {
      ...integer(engineIdle.minutes, engineIdle.usual),
      scope: 'machine',
    },
  };
}

function providerDescription(provider: ExecutionProvider): string {
  const system = onlyOn[provider];
  return providerNames[provider] + (system === undefined ? '' : ` (${systems[system]})`);
}
