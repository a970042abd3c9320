import { Command } from 'commander';

/**
 * Refuses what is none of a command's commands and names one that is near. Commander does so by itself only for a command
 * that does nothing without them, and not where help is asked for.
 *
 * @param calledAs the command as it is typed, such as `unmask models`
 * @param configure has its message written, and thrown as an error
 * @throws {CommanderError}
 */
export function refuseUnknownCommand(
  { commands }: Command,
  name: string,
  calledAs: string,
  configure: (command: Command) => Command,
): never {
  const group = configure(new Command(calledAs)).helpCommand(false);
  for (const each of commands) group.command(each.name());
  if (commands.length > 0) group.parse([name], { from: 'user' });
  return group.error(`unknown command '${name}'`);
}

/** `unmask help fill`, and of a command's commands `unmask help models calibrate`. @throws {CommanderError} always: commander ends so */
export function helpCommand(
  program: Command,
  refuse: (among: Command, name: string) => never,
): Command {
  return new Command('help')
    .summary('display help for command')
    .description('Shows how to use a command, as “unmask help models calibrate” does.')
    .argument('[command...]', 'its name, with that of the command it belongs to first')
    .action((names: readonly string[]) => {
      const inside = (command: Command, name: string) =>
        command.commands.find((each) => each.name() === name) ?? refuse(command, name);
      names.reduce(inside, program).help();
    });
}
