import './withoutEval';
import { render } from 'preact';
import { connectHost, listenToHost } from './host';
import { Panel } from './state/panel';
import './styles/panel.css';
import { registerToolkit } from './toolkit';
import { App } from './view/App';
import { listenToStepKeys } from './view/stepKeys';
import { watchTheme } from './view/themeWatch';

registerToolkit();
watchTheme();
const panel = new Panel(connectHost());
listenToStepKeys(panel);
listenToHost((message) => panel.receive(message));
render(<App panel={panel} />, document.getElementById('panel')!);
panel.post({ kind: 'ready' });
