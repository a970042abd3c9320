import { useRef } from 'preact/hooks';
import { Button, IconButton } from '../../toolkit';
import { firstAction, useHeldFocus } from '../heldFocus';
import { usePanel } from '../panelContext';

/** Goes on from the step shown, with the changes planned there and the present knobs. */
export function BranchBar() {
  const panel = usePanel();
  const changes = panel.plan.changes.value.size;
  const position = panel.position.value;
  const bar = useRef<HTMLDivElement>(null);
  useHeldFocus(
    bar,
    () => bar.current?.querySelector<HTMLElement>('vscode-button') ?? firstAction(),
  );
  const nothingYet = panel.lastPosition.value === 0;
  if (panel.running.value || nothingYet || !panel.branches.value) return null;
  return (
    <div class="branch" ref={bar}>
      <Button
        appearance={changes > 0 ? 'primary' : 'secondary'}
        icon="git-branch"
        disabled={panel.knobs.error.value !== null}
        title="Run again from this step on, with the present knobs. With the same knobs and nothing changed it repeats this run exactly."
        onPress={() => panel.plan.branch()}
      >
        {position === 0 ? 'Branch from the start' : `Branch from step ${position}`}
      </Button>
      {changes > 0 && (
        <span class="planned-branch">
          <span class="note">
            {changes}
            <span class="planned-unit"> {changes === 1 ? 'slot' : 'slots'}</span> changed
          </span>
          <IconButton
            icon="discard"
            label="Discard the changes"
            onPress={() => panel.plan.clear()}
          />
        </span>
      )}
    </div>
  );
}
