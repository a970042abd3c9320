import { useRef } from 'preact/hooks';
import type { SlotView } from '../../state/slotViews';
import { Button, EntryField } from '../../toolkit';
import { useHeldFocus } from '../heldFocus';
import { usePanel } from '../panelContext';
import { InlineToken } from './InlineToken';

/** What can be done to a slot before a branch, and below, so that no button moves as it is pressed, what is planned for it. */
export function SlotActions({ view }: { readonly view: SlotView }) {
  const { plan } = usePanel();
  const planned = plan.changes.value.get(view.id);
  const problem = plan.problem.value;
  const actions = useRef<HTMLDivElement>(null);
  useHeldFocus(actions, () => document.querySelector<HTMLElement>(`[data-slot="${view.id}"]`));
  return (
    <div class="slot-actions" ref={actions}>
      <div class="slot-buttons">
        {view.state !== 'masked' && (
          <Button appearance="secondary" icon="discard" onPress={() => plan.remask(view.id)}>
            Remask
          </Button>
        )}
        {view.state === 'revealed' && (
          <Button appearance="secondary" icon="pin" onPress={() => plan.pin(view.id, view)}>
            Pin
          </Button>
        )}
        {view.state === 'pinned' && (
          <Button appearance="secondary" icon="pinned" onPress={() => plan.unpin(view.id)}>
            Release
          </Button>
        )}
        <EntryField
          label="Pin another text: one token, then Enter"
          placeholder="text to pin, Enter"
          onEnter={(text) => plan.pinText(view.id, text)}
        />
      </div>
      {planned !== undefined && (
        <p class="planned">
          <span class="codicon codicon-git-branch" aria-hidden="true" />
          <span>
            {planned.change.kind === 'remask' && 'In the branch: remasked'}
            {planned.change.kind === 'unpin' &&
              'In the branch: released, the sampler may change it'}
            {planned.change.kind === 'pin' && (
              <>
                In the branch: pinned to <InlineToken text={planned.text ?? ''} pad={planned.pad} />
              </>
            )}
          </span>
          <Button appearance="secondary" onPress={() => plan.drop(view.id)}>
            Undo
          </Button>
        </p>
      )}
      {problem?.slot === view.id && (
        <p class="failure" role="alert">
          {problem.why}
        </p>
      )}
    </div>
  );
}
