import { Command } from 'commander';
import { type BatchOptions, fillBatch } from './batch/batchCommand';
import { type BenchOptions, measureMachine } from './bench/benchCommand';
import { benchSyntax } from './bench/benchOptions';
import type { Surroundings } from './engineSession';
import { exitCodes, oneLine, UsageError } from './errors';
import { type FillOptions, fillFile } from './fill/fillCommand';
import { fillSyntax } from './fill/fillOptions';
import { type CalibrateOptions, calibrateModel } from './models/calibrateCommand';
import { listModels, type ModelsOptions } from './models/modelsCommand';
import { folderOption } from './options/folderOption';
import { numberOption } from './options/numbers';
import { helpCommand, refuseUnknownCommand } from './unknownCommand';

/** What commander hands to `fill`: both ways of calling it in one. */
type ParsedFillOptions = Omit<FillOptions, 'span'> &
  BatchOptions & { readonly span?: readonly string[]; readonly batch?: string };

/**
 * The whole command line.
 *
 * @param ended told the exit code of the command that ran
 */
export function program(
  version: string,
  surroundings: Surroundings,
  ended: (exitCode: number) => void,
): Command {
  const configure = (command: Command): Command =>
    command.exitOverride().configureOutput({
      writeOut: (text) => surroundings.out.write(text),
      writeErr: (text) => surroundings.err.write(text),
      // Its own prefix and hints would make two lines of one message.
      outputError: (text, write) => {
        const said = oneLine(text.replace(/^error: /, '')).replace(/[^.)]$/, '$&.');
        write(`unmask: ${said} Run “${calledAs(command)} --help” to see what there is.\n`);
      },
    });
  const refuse = (among: Command, name: string): never =>
    refuseUnknownCommand(among, name, calledAs(among), configure);

  const fill = fillSyntax().action(async (file: string | undefined, options: ParsedFillOptions) => {
    ended(await runFillCommand(file, options, surroundings));
  });
  const models = new Command('models')
    .summary('list the models and check their files')
    .description(
      'Lists the bundled models, checks every file against its SHA-256, and says where what is shipped packed ' +
        'lies unpacked: whole, damaged (made anew at the next use), or not there before the first use.',
    )
    .option('--model <folder>', 'check this model folder instead', folderOption)
    .option(
      '--json',
      'print a JSON list; “unpacked” holds one {"precision","folder","state","bytes"} for each',
    )
    .option('--no-color', 'without colours')
    // Else they would be too many arguments: it has none, and does something without a command.
    .allowExcessArguments()
    .action(async (options: ModelsOptions, { args: [command] }: Command) => {
      if (command !== undefined) refuse(models, command);
      ended(await listModels(options, surroundings));
    });

  const calibrate = new Command('calibrate')
    .summary('measure a model’s length bias')
    .description(
      'Measures how sure the model is, at first, of fills of each length, and writes it into its model.json: ' +
        'what --length calibrated compares with.',
    )
    .option(
      '--data <IN.jsonl>',
      'spans to measure at, one {"id","prefix","suffix"} a line; - is standard input; has to be given',
    )
    .option('--model <folder>', 'a model folder (by default the bundled model)', folderOption)
    .option('--threads <n>', 'CPU threads; 0 lets ONNX Runtime choose', numberOption, 0)
    .action(async (_: CalibrateOptions, command: Command) => {
      // `models` has options of the same names, and takes what is meant for this one.
      const options = command.optsWithGlobals<CalibrateOptions>();
      ended(await calibrateModel({ ...options, ep: 'cpu' }, surroundings));
    });
  models.addCommand(calibrate);

  const bench = benchSyntax();
  bench
    .description(
      `${bench.description()} By default one context, one L and few rounds, in about a minute.`,
    )
    .optionsGroup('What to measure:')
    .option('--full', 'several contexts, L and batches, and more rounds: some minutes')
    .optionsGroup('What to print:')
    .option('--json', 'print all samples as JSON instead of a report')
    .option('--verbose', 'show the engine’s log')
    .optionsGroup('Other:')
    .helpOption('-h, --help')
    .action(async (options: BenchOptions) => {
      ended(await measureMachine(options, surroundings));
    });

  const all = new Command('unmask')
    .description('Infills code with a masked-diffusion language model, all on this machine.')
    .version(version)
    .addCommand(fill)
    .addCommand(models)
    .addCommand(bench)
    .addHelpText(
      'after',
      `
Examples:
  unmask fill src/app.ts --span 12:5-14:1 --watch
  unmask fill src/app.ts --span 3:10-3:14 --span 9:10-9:14 -L 8 --seed 1 --json
  unmask fill --batch requests.jsonl --out fills.jsonl -T 8

Exit codes: ${exitCodes.ok} done, ${exitCodes.failure} failed, ${exitCodes.usage} wrong arguments, ${exitCodes.stopped} stopped.`,
    );
  const help = helpCommand(all, refuse);
  all.addCommand(help);
  for (const command of [all, fill, models, calibrate, bench, help]) configure(command);
  return all;
}

/** `unmask models calibrate` */
function calledAs(command: Command): string {
  return command.parent ? `${calledAs(command.parent)} ${command.name()}` : command.name();
}

async function runFillCommand(
  file: string | undefined,
  options: ParsedFillOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { batch, span = [] } = options;
  if (batch === undefined) {
    if (options.out !== undefined) throw new UsageError('--out goes with --batch.');
    if (file === undefined) {
      throw new UsageError('Say which file to fill: unmask fill FILE --span L:C-L:C, or --batch.');
    }
    return fillFile(file, { ...options, span }, surroundings);
  }
  if (file !== undefined) throw new UsageError('Give either FILE or --batch, not both.');
  return fillBatch(batch, options, surroundings);
}
