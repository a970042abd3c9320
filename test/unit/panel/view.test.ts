import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebviewView } from 'vscode';
import type { HostToPanel } from '../../../src/panel/messages';
import type { PanelSource } from '../../../src/panel/source';
import { denoising } from '../../panelState';
import { state } from '../smallRun';

type Listener<Value> = (value: Value) => void;

/** As much of VS Code's events as a webview view needs. */
function emitter<Value>() {
  const listeners = new Set<Listener<Value>>();
  const event = (listener: Listener<Value>) => {
    listeners.add(listener);
    return { dispose: () => listeners.delete(listener) };
  };
  return {
    listeners,
    event,
    fire: (value: Value) => listeners.forEach((each) => void each(value)),
  };
}

vi.mock('vscode', () => ({
  Uri: { joinPath: (base: string, ...parts: string[]) => [base, ...parts].join('/') },
  Disposable: {
    from: (...all: { dispose(): void }[]) => ({
      dispose: () => all.forEach((each) => void each.dispose()),
    }),
  },
}));
const { DenoisingPanel } = await import('../../../src/panel/view');

function openView() {
  const news = emitter<HostToPanel>();
  const incoming = emitter<unknown>();
  const visibility = emitter<void>();
  const disposal = emitter<void>();
  const sent: HostToPanel[] = [];
  const source = {
    state: vi.fn(() => state),
    onDidChange: news.event,
    setKnobs: vi.fn(),
    run: vi.fn(),
    branch: vi.fn(),
    showRun: vi.fn(),
    compareRun: vi.fn(),
    removeTrace: vi.fn(),
    chooseCandidate: vi.fn(),
    tokenise: vi.fn(),
    stop: vi.fn(),
    accept: vi.fn(),
    reject: vi.fn(),
    exportTrace: vi.fn(),
  };
  const webview = {
    options: {},
    html: '',
    cspSource: 'https://webview.test',
    asWebviewUri: (uri: string) => `https://webview.test/${uri}`,
    onDidReceiveMessage: incoming.event,
    postMessage: async (message: string) => sent.push(JSON.parse(message) as HostToPanel),
  };
  const view = {
    webview,
    visible: true,
    onDidChangeVisibility: visibility.event,
    onDidDispose: disposal.event,
  };
  const log = vi.fn();
  const panel = new DenoisingPanel('ext' as never, source as unknown as PanelSource, log);
  panel.resolveWebviewView(view as unknown as WebviewView);
  return { panel, news, incoming, visibility, disposal, sent, source, webview, view, log };
}

describe('the panel in the extension host', () => {
  let panel: ReturnType<typeof openView>;
  beforeEach(() => {
    panel = openView();
  });

  test('loads one script and one style sheet, and forbids everything else', () => {
    const { html } = panel.webview;
    const nonce = /script nonce="([\w-]{22})"/.exec(html)?.[1];
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1]?.split('; ');
    expect(policy).toEqual([
      "default-src 'none'",
      `style-src https://webview.test 'nonce-${nonce}'`,
      'font-src https://webview.test',
      `script-src 'nonce-${nonce}'`,
    ]);
    expect(html).toContain('src="https://webview.test/ext/dist/webview/panel.js"');
    expect(html).toContain('href="https://webview.test/ext/dist/webview/panel.css"');
    expect(panel.webview.options).toMatchObject({ localResourceRoots: ['ext/dist/webview'] });
    expect(openView().webview.html).not.toBe(html);
  });

  test('says nothing before the webview is ready, then everything, then the news', () => {
    panel.news.fire({ kind: 'phase', phase: denoising });
    expect(panel.sent).toEqual([]);
    panel.incoming.fire({ kind: 'ready' });
    panel.news.fire({ kind: 'phase', phase: { kind: 'stopped' } });
    // As what comes from the engine has been through JSON, all of it can go through it once more.
    expect(panel.sent).toEqual([
      { kind: 'state', state: JSON.parse(JSON.stringify(state)) },
      { kind: 'phase', phase: { kind: 'stopped' } },
    ]);
  });

  test('tells a webview that was reloaded everything again', () => {
    panel.incoming.fire({ kind: 'ready' });
    panel.incoming.fire({ kind: 'ready' });
    expect(panel.sent.map(({ kind }) => kind)).toEqual(['state', 'state']);
  });

  test('sends nothing to a hidden webview, which has been thrown away', () => {
    panel.incoming.fire({ kind: 'ready' });
    panel.view.visible = false;
    panel.visibility.fire();
    panel.news.fire({ kind: 'phase', phase: { kind: 'stopped' } });
    expect(panel.sent).toHaveLength(1);
  });

  test('is shown while its view is visible', () => {
    expect(panel.panel.shown).toBe(true);
    panel.view.visible = false;
    expect(panel.panel.shown).toBe(false);
    panel.view.visible = true;
    panel.disposal.fire();
    expect(panel.panel.shown).toBe(false);
  });

  test('carries out the wishes of the user', () => {
    for (const kind of ['run', 'stop', 'accept', 'reject', 'exportTrace'] as const) {
      panel.incoming.fire({ kind });
      expect(panel.source[kind]).toHaveBeenCalledOnce();
    }
    panel.incoming.fire({ kind: 'knobs', knobs: state.knobs });
    expect(panel.source.setKnobs).toHaveBeenCalledWith(state.knobs);
    const changes = [{ kind: 'pin', slot: 1, token: 2 }];
    panel.incoming.fire({ kind: 'branch', step: 3, changes });
    expect(panel.source.branch).toHaveBeenCalledWith(3, changes);
    panel.incoming.fire({ kind: 'showRun', id: 'a' });
    expect(panel.source.showRun).toHaveBeenCalledWith('a');
    panel.incoming.fire({ kind: 'compareRun', id: null });
    expect(panel.source.compareRun).toHaveBeenCalledWith(null);
    panel.incoming.fire({ kind: 'removeTrace', id: 'a' });
    expect(panel.source.removeTrace).toHaveBeenCalledWith('a');
    panel.incoming.fire({ kind: 'chooseCandidate', index: 1 });
    expect(panel.source.chooseCandidate).toHaveBeenCalledWith(1);
    panel.incoming.fire({ kind: 'tokenise', text: 'x' });
    expect(panel.source.tokenise).toHaveBeenCalledWith('x');
  });

  test('logs and ignores what is no message', () => {
    panel.incoming.fire({ kind: 'knobs', knobs: { ...state.knobs, slots: -1 } });
    expect(panel.source.setKnobs).not.toHaveBeenCalled();
    expect(panel.log).toHaveBeenCalledWith(expect.stringContaining('knobs.slots'));
  });

  test('lets go of everything when the view is disposed', () => {
    panel.disposal.fire();
    expect(panel.news.listeners.size + panel.incoming.listeners.size).toBe(0);
    expect(panel.visibility.listeners.size).toBe(0);
  });
});
