import { useRef } from 'preact/hooks';
import { useHeldFocus } from '../heldFocus';
import { usePanel } from '../panelContext';
import { Section } from '../Section';
import { Compare } from './Compare';
import { Runs } from './Runs';

/**
 * The runs to choose from, where there are any. Whoever removes one by keyboard finds the focus on the one that is shown, or
 * on the heading where there is no list any more.
 */
export function RunsRoom() {
  const panel = usePanel();
  const room = useRef<HTMLDivElement>(null);
  const { list } = panel.runs.value;
  useHeldFocus(
    room,
    () =>
      room.current?.querySelector<HTMLElement>('.run-name[aria-current]') ??
      document.querySelector<HTMLElement>('.heading h1'),
  );
  return (
    <div ref={room}>
      {panel.runsToChoose.value && (
        <Section name="runs" title="Runs">
          <Runs list={list} />
          <Compare />
        </Section>
      )}
    </div>
  );
}
