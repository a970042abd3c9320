import { Command, Option } from 'commander';
import { defaultPreset, presets } from '../../diffusion/settings/presets';
import { languageNamed } from '../files/languages';
import { autoOrNumberOption, numberOption } from '../options/numbers';
import { addRunOptions } from '../options/runOptions';
import { addSamplerOptions } from '../options/samplerOptions';
import { addSearchOptions } from '../options/searchOptions';

/** An option that may be given several times. */
const several = (typed: string, before: readonly string[] = []) => [...before, typed];

const slotOption = (typed: string, before: readonly number[] = []) => [
  ...before,
  numberOption(typed),
];

/** `unmask fill` and everything it can be told; the caller adds what it does. */
export function fillSyntax(): Command {
  const presetNames = presets.map((preset) => preset.name).join(', ');
  const fill = new Command('fill')
    .summary('fill spans of a file, or a batch of requests')
    .description(
      'Fills spans of FILE by diffusion, reading the text before and after them, and prints the fill. ' +
        'The file is not changed. Several spans are denoised jointly.',
    )
    .argument('[FILE]', 'the file to read; - is standard input')
    .optionsGroup('What to fill:')
    .option(
      '--span <L:C-L:C>',
      'a span (or several, each with its own --span); lines and columns count from 1, columns in UTF-16 units, a tab being one; end exclusive; L:C is a cursor',
      several,
    )
    .option('--hole <marker>', 'fill every place where this stands, such as [MASK]')
    .option(
      '--language <id>',
      'VS Code language id, or an extension such as py (by default the file’s)',
      languageNamed,
    )
    .option(
      '--rewrite <strength>',
      'rewrite the present text: 0+ edits, 1 starts anew',
      numberOption,
    )
    .addOption(
      new Option(
        '--batch <IN.jsonl>',
        'read one {"id","prefix","suffix"} a line; - is standard input',
      ).conflicts([
        'span',
        'hole',
        'rewrite',
        'json',
        'watch',
        'branch',
        'at',
        'pin',
        'mask',
        'release',
      ]),
    )
    .addOption(
      new Option(
        '--branch <TRACE.json>',
        'take up a recorded run of these spans again; - is standard input; --length, --syntax and --copies are no part of a trace: give them again',
      ).conflicts(['slots', 'rewrite', 'candidates', 'iterations']),
    )
    .option('--at <step>', 'how many of its steps to keep (by default all)', numberOption)
    .option('--pin <SLOT=TEXT>', 'a slot that keeps this token from there on', several)
    .option('--mask <SLOT>', 'a slot to remask', slotOption)
    .option('--release <SLOT>', 'a slot that is pinned no longer', slotOption)
    .option('--out <OUT.jsonl>', 'where a batch goes (by default, or as -, to standard output)')
    .optionsGroup('How to sample (knobs that are not given are as the preset has them):')
    .option(
      '-L, --slots <n|auto>',
      'slots of each span, up to 64 with the bundled model; a rewrite has at least those of its text',
      autoOrNumberOption,
      'auto',
    )
    .option('--preset <name>', `${presetNames} (default: ${defaultPreset.name})`)
    .option('--seed <n>', 'makes a run repeatable (by default drawn anew)', numberOption);
  addSamplerOptions(fill).optionsGroup('How to search, and how long a fill may get:');
  addSearchOptions(fill).optionsGroup('Where to run:');
  return addRunOptions(fill)
    .optionsGroup('What to print:')
    .option('--json', 'print {"texts","slots","steps","ms",…} instead of the bare fill')
    .option('--watch', 'show the live unmasking on standard error')
    .option('--pace <ms>', 'how long a watched step stays on a terminal', numberOption, 120)
    .option(
      '--trace <path>',
      'write the trace of the run as JSON; - prints it in place of the fill; of a batch, a folder for those of its lines, each named after its id',
    )
    .option('--no-color', 'without colours')
    .option('--verbose', 'show the engine’s log')
    .optionsGroup('Other:')
    .helpOption('-h, --help');
}
