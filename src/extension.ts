import { type Event, type ExtensionContext, window, workspace } from 'vscode';
import { registerBenchmark } from './editor/benchmark';
import { CodeActions } from './editor/codeActions';
import { registerCommands } from './editor/commands';
import { Comparison } from './editor/comparison';
import { InlineCompletions } from './editor/inlineCompletions';
import { Preview } from './editor/preview/preview';
import { EncodeAhead } from './editor/run/encodeAhead';
import { HeldBackHoles } from './editor/run/heldBackHoles';
import { RunOwner } from './editor/run/runOwner';
import { KnobsStore } from './editor/settings/knobsStore';
import { ProviderChoices } from './editor/settings/providerChoices';
import { Settings } from './editor/settings/settings';
import { Announcements } from './editor/status/announcements';
import { SpanActions } from './editor/status/codeLens';
import { ContextKeys } from './editor/status/contextKeys';
import { ModelLog } from './editor/status/modelLog';
import { Notices } from './editor/status/notices';
import { StartupProgress } from './editor/status/startupProgress';
import { StatusBar } from './editor/status/statusBar';
import { EngineClient } from './engine/client';
import type { EngineStatus } from './engine/protocol/messages';
import type { HostToPanel, PanelState } from './panel/messages';
import { DenoisingPanel } from './panel/view';

/** What the extension exports: enough to watch a run from outside, as the tests do. */
export interface UnmaskExports {
  state(): PanelState;
  readonly onDidChange: Event<HostToPanel>;
  /** null while the engine process is not running. */
  engineStatus(): Promise<EngineStatus | null>;
}

let engine: EngineClient | undefined;

export function activate(context: ExtensionContext): UnmaskExports {
  const begun = performance.now();
  const log = window.createOutputChannel('Unmask', { log: true });
  const choices = new ProviderChoices(context.globalState);
  const settings = new Settings(context.asAbsolutePath('models/unmask-135m'), choices);
  const client = new EngineClient({
    entry: context.asAbsolutePath('dist/engine.js'),
    log: (line) => log.info(line),
    loaded: (model) => owner.loaded(model),
    storage: context.globalStorageUri.fsPath,
    cudaLibraries: () => settings.cudaLibraryFolder(),
    idleMs: () => settings.engineIdleMs(),
  });
  engine = client;
  const notices = new Notices();
  const knobs = new KnobsStore(context.workspaceState, settings, notices);
  const owner = new RunOwner(client, knobs, settings, notices);
  const comparison = new Comparison(owner);
  const heldBack = new HeldBackHoles(owner);
  const panel = new DenoisingPanel(context.extensionUri, owner, (line) => log.warn(line));
  context.subscriptions.push(
    log,
    knobs,
    owner,
    comparison,
    heldBack,
    new ModelLog(owner, client, (line) => log.info(line)),
    new ContextKeys(owner),
    new Preview(owner, context.extensionUri),
    new SpanActions(owner),
    new CodeActions(settings),
    new StatusBar(owner),
    new StartupProgress(owner),
    new Announcements(owner, () => panel.shown),
    new EncodeAhead(client, owner, settings),
    new InlineCompletions({
      engine: client,
      owner,
      knobs,
      settings,
      log: (line) => log.info(line),
    }),
    registerCommands({ owner, comparison, heldBack, settings, notices, choices, log }),
    workspace.onDidChangeConfiguration((event) => {
      // A process takes the libraries up when it starts.
      if (event.affectsConfiguration('unmask.cudaLibraryFolder')) void client.restart();
      if (event.affectsConfiguration('unmask.engineIdleMinutes')) client.idleAgain();
    }),
    registerBenchmark({
      engine: client,
      settings,
      textFile: context.asAbsolutePath('dist/benchmark.txt'),
    }),
    window.registerWebviewViewProvider(DenoisingPanel.viewId, panel),
  );
  log.info(`Activated in ${(performance.now() - begun).toFixed(1)} ms.`);
  return {
    state: () => owner.state(),
    onDidChange: owner.onDidChange,
    engineStatus: () => client.status(),
  };
}

/** Ends the engine process. */
export async function deactivate(): Promise<void> {
  await engine?.dispose();
}
