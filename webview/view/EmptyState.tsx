import { usePanel } from './panelContext';

const ways = [
  {
    command: 'unmask.infillSelection',
    title: 'Infill Selection',
    what: 'Select the code to replace, in one place or in several.',
  },
  {
    command: 'unmask.infillAtCursor',
    title: 'Infill at Cursor',
    what: 'Put the cursor where code is missing.',
  },
  {
    command: 'unmask.rewriteSelection',
    title: 'Rewrite Selection…',
    what: 'Select code to noise a little and denoise again.',
  },
  {
    command: 'unmask.openTrace',
    title: 'Open Trace',
    what: 'Look at a run that was recorded before, or in the terminal.',
  },
];

/** What to do before there is a run to show. */
export function EmptyState() {
  if (usePanel().running.value) return null;
  return (
    <div class="empty">
      <p class="empty-picture" aria-hidden="true">
        <span>return</span> <i /> <i /> <span>+</span> <i />
        <span>;</span>
      </p>
      <p>
        Selected code turns into masks, which a model reveals step by step, reading what stands
        before <em>and</em> after it. Start a run and watch every step of it.
      </p>
      <ul class="ways">
        {ways.map(({ command, title, what }) => (
          <li key={command}>
            <a href={`command:${command}`}>{title}</a>
            <span>{what}</span>
          </li>
        ))}
      </ul>
      <p class="note">All of them are in the Command Palette under “Unmask”.</p>
    </div>
  );
}
