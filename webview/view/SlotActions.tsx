import { useState } from 'preact/hooks';
import type { SlotView } from '../state/slotViews';
import { Button, TextField } from '../toolkit';
import { InlineToken } from './InlineToken';
import { usePanel } from './panelContext';

/** What can be done to a slot before a branch, and what is planned for it. */
export function SlotActions({ view }: { readonly view: SlotView }) {
  const { plan } = usePanel();
  const [typed, setTyped] = useState('');
  const planned = plan.changes.value.get(view.id);
  const pinTyped = (text: string) => {
    plan.pinText(view.id, text);
    setTyped('');
  };
  return (
    <div class="slot-actions">
      {planned !== undefined && (
        <p class="planned">
          <span class="codicon codicon-git-branch" aria-hidden="true" />
          <span>
            {planned.change.kind === 'remask' && 'In the branch: remasked'}
            {planned.change.kind === 'unpin' &&
              'In the branch: released, the sampler may change it'}
            {planned.change.kind === 'pin' && (
              <>
                In the branch: pinned to <InlineToken text={planned.text ?? ''} pad={false} />
              </>
            )}
          </span>
          <Button appearance="secondary" onPress={() => plan.drop(view.id)}>
            Undo
          </Button>
        </p>
      )}
      <div class="slot-buttons">
        {view.state !== 'masked' && (
          <Button appearance="secondary" icon="discard" onPress={() => plan.remask(view.id)}>
            Remask
          </Button>
        )}
        {view.state === 'revealed' && (
          <Button
            appearance="secondary"
            icon="pin"
            onPress={() => plan.pin(view.id, view.token, view.text)}
          >
            Pin
          </Button>
        )}
        {view.state === 'pinned' && (
          <Button appearance="secondary" icon="pinned" onPress={() => plan.unpin(view.id)}>
            Release
          </Button>
        )}
        <TextField
          label="Pin another text: one token, then Enter"
          value={typed}
          placeholder="pin another text, Enter"
          onChange={pinTyped}
        />
      </div>
      {plan.problem.value !== null && (
        <p class="failure" role="alert">
          {plan.problem.value}
        </p>
      )}
    </div>
  );
}
