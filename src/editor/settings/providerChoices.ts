import type { Memento } from 'vscode';

const KEY = 'unmask.measuredSince';

/** Since when what `auto` measured on this machine counts: the engine keeps the choices, the user may have them redone. */
export class ProviderChoices {
  /** @param memory of the extension on this machine, for all workspaces */
  constructor(private readonly memory: Memento) {}

  /** Milliseconds since 1970. */
  get since(): number {
    return this.memory.get(KEY, 0);
  }

  /** From the next run on, `auto` measures once more. */
  async forget(): Promise<void> {
    await this.memory.update(KEY, Date.now());
  }
}
