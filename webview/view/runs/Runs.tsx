import { counted } from '../../../src/diffusion/counted';
import { CUSTOM } from '../../../src/diffusion/settings/samplerParts';
import type { RunSummary } from '../../../src/panel/messages';
import { samplerName } from '../../state/changedKnobs';
import { IconButton } from '../../toolkit';
import { logProb } from '../format';
import { usePanel } from '../panelContext';

/** The runs on these spans, the original ones and their branches, and those that were opened. One is shown, another may be compared with it. */
export function Runs({ list }: { readonly list: readonly RunSummary[] }) {
  const panel = usePanel();
  const { shown } = panel.runs.value;
  const compared = panel.compared.value;
  const busy = panel.running.value;
  const gone = panel.place.value === null;
  return (
    <ul class="runs">
      {list.toReversed().map((run) => (
        <li key={run.id} class="run-row" data-shown={run.id === shown}>
          <button
            type="button"
            class="run-name"
            aria-current={run.id === shown ? 'true' : undefined}
            aria-disabled={busy}
            title={
              run.meanLogProb === null || run.file !== undefined || gone
                ? 'Show this run'
                : 'Show this run, and offer its fill unless the text was edited since'
            }
            onClick={() => !busy && panel.post({ kind: 'showRun', id: run.id })}
          >
            <span class={`codicon codicon-${icon(run)}`} aria-hidden="true" />
            <span>
              <strong>{`Run ${run.number}`}</strong>{' '}
              {run.preset === CUSTOM ? samplerName(run.sampler) : run.preset}
              <span class="run-details">{details(run)}</span>
            </span>
          </button>
          <IconButton
            icon={run.id === compared?.id ? 'close' : 'compare-changes'}
            label={
              run.id === compared?.id ? 'End the comparison' : `Compare with run ${run.number}`
            }
            disabled={run.id === shown}
            onPress={() =>
              panel.post({ kind: 'compareRun', id: run.id === compared?.id ? null : run.id })
            }
          />
          {run.file !== undefined && (
            <IconButton
              icon="trash"
              label={`Remove run ${run.number} from the list`}
              disabled={busy}
              onPress={() => panel.post({ kind: 'removeTrace', id: run.id })}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function icon({ branch, file }: RunSummary): string {
  if (file !== undefined) return 'folder-opened';
  return branch === null ? 'play-circle' : 'git-branch';
}

function details(run: RunSummary): string {
  const { branch, file, steps, outcome, meanLogProb, seed, waits } = run;
  return [
    ...(waits ? ['candidate waits'] : []),
    ...(file === undefined ? [] : [`opened from ${file}`]),
    ...(branch === null
      ? []
      : [
          `branch of run ${branch.of}${
            branch.candidate > 0 ? `, candidate ${branch.candidate + 1},` : ''
          } at step ${branch.step}${
            branch.changes > 0 ? `, ${counted(branch.changes, 'slot')} changed` : ''
          }`,
        ]),
    outcome === null ? 'running' : counted(steps, 'step'),
    ...(outcome === 'stopped' || outcome === 'failed' ? [outcome] : []),
    ...(meanLogProb === null ? [] : [`mean log p ${logProb(meanLogProb)}`]),
    `seed ${seed}`,
  ].join(' · ');
}
