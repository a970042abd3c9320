import { type Command, Option } from 'commander';
import { wantedProviderSchema } from '../../engine/protocol/messages';
import { folderOption } from './folderOption';
import { numberOption } from './numbers';

/** Adds what says which model runs, and on what. */
export function addRunOptions(command: Command): Command {
  return command
    .option('--model <folder>', 'a model folder (by default the bundled model)', folderOption)
    .addOption(
      new Option('--ep <name>', 'execution provider')
        .choices(wantedProviderSchema.options)
        .default('auto'),
    )
    .option('--cuda-libraries <folder>', 'ONNX Runtime’s libraries for --ep cuda', folderOption)
    .option('--threads <n>', 'CPU threads; 0 lets ONNX Runtime choose', numberOption, 0);
}
