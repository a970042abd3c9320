import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { panelHtml } from './html';
import { readIncoming } from './incoming';
import type { HostToPanel, PanelToHost } from './messages';
import type { PanelSource } from './source';

/** Commands the webview may link to; it explains with them how a run is started. */
export const linkedCommands = [
  'unmask.infillSelection',
  'unmask.infillAtCursor',
  'unmask.rewriteSelection',
  'unmask.openTrace',
];

/**
 * The host half of the side panel. The source owns the state; the webview may be thrown away and loaded again at
 * any moment (hidden, moved, reloaded) and asks for the whole state with `ready`.
 */
export class DenoisingPanel implements vscode.WebviewViewProvider {
  static readonly viewId = 'unmask.panel';
  private view: vscode.WebviewView | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly source: PanelSource,
    private readonly log: (line: string) => void,
  ) {}

  /** Whether it can be seen now. */
  get shown(): boolean {
    return this.view?.visible ?? false;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    const { webview } = view;
    const folder = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    webview.options = {
      enableScripts: true,
      enableCommandUris: linkedCommands,
      localResourceRoots: [folder],
    };

    // News before `ready` needs no queue: the state that answers `ready` holds it.
    let ready = false;
    // As JSON: VS Code looks at every value of an object by itself, which takes ten times as long.
    const send = (message: HostToPanel) => {
      if (ready) void webview.postMessage(JSON.stringify(message));
    };
    const subscriptions = [
      this.source.onDidChange(send),
      webview.onDidReceiveMessage((value: unknown) => {
        const incoming = readIncoming(value);
        if (!incoming.ok) {
          this.log(`The panel sent a message that was ignored: ${incoming.reason}`);
        } else if (incoming.message.kind === 'ready') {
          ready = true;
          send({ kind: 'state', state: this.source.state() });
        } else {
          this.carryOut(incoming.message);
        }
      }),
      // A hidden webview is thrown away; it says `ready` again when it comes back.
      view.onDidChangeVisibility(() => {
        if (!view.visible) ready = false;
      }),
    ];
    view.onDidDispose(() => {
      if (this.view === view) this.view = undefined;
      vscode.Disposable.from(...subscriptions).dispose();
    });

    webview.html = panelHtml({
      script: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'panel.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'panel.css')).toString(),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
    });
  }

  private carryOut(message: Exclude<PanelToHost, { kind: 'ready' }>): void {
    const { source } = this;
    if (message.kind === 'knobs') source.setKnobs(message.knobs);
    else if (message.kind === 'branch') source.branch(message.step, message.changes);
    else if (message.kind === 'showRun') source.showRun(message.id);
    else if (message.kind === 'compareRun') source.compareRun(message.id);
    else if (message.kind === 'removeTrace') source.removeTrace(message.id);
    else if (message.kind === 'chooseCandidate') source.chooseCandidate(message.index);
    else if (message.kind === 'tokenise') source.tokenise(message.text);
    else source[message.kind]();
  }
}
