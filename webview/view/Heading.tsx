import { useRef } from 'preact/hooks';
import { counted } from '../../src/diffusion/counted';
import { keptFills } from '../state/keptFills';
import type { Panel } from '../state/panel';
import { Button, IconButton } from '../toolkit';
import { firstAction, useHeldFocus } from './heldFocus';
import { usePanel } from './panelContext';
import { phaseText } from './phaseText';
import { RunButton } from './RunButton';
import { SyntaxVerdict } from './runs/SyntaxVerdict';

/** What is being filled, where the run stands, and what can be done about it. */
export function Heading() {
  const panel = usePanel();
  const phase = panel.phase.value;
  const { label, icon, tone } = phaseText(phase);
  const doing = 'doing' in phase ? phase.doing : null;
  const subject = phase.kind === 'opened' ? phase.file : panel.place.value;
  return (
    <header class="heading">
      <div class="heading-line">
        <h1 tabIndex={-1} title={subject ?? undefined}>
          {subject ?? 'Unmask'}
        </h1>
        <span class={`phase phase-${tone}`}>
          <span class={`codicon codicon-${icon}`} aria-hidden="true" />
          {label}
        </span>
      </div>
      <Provenance />
      <Progress />
      {doing?.kind === 'waiting' && <p class="note">{doing.message}</p>}
      {doing?.kind === 'reading' && (
        <p class="note">
          Reading the context: {doing.done} of {counted(doing.of, 'token')}.
        </p>
      )}
      {phase.kind === 'failed' && <Failure message={phase.message} role="alert" />}
      {phase.kind === 'opened' && <OpenedEnding />}
      <Actions panel={panel} />
    </header>
  );
}

function Failure({ message, role }: { readonly message: string; readonly role?: 'alert' }) {
  return (
    <p class="failure" role={role}>
      <span class="codicon codicon-error" aria-hidden="true" />
      <span>{message}</span>
    </p>
  );
}

/** Of a run that was opened and has no fill, why: its phase tells only where it comes from. */
function OpenedEnding() {
  const outcome = usePanel().trace.value?.outcome;
  if (outcome?.kind === 'finished') return null;
  if (outcome?.kind === 'failed') return <Failure message={outcome.message} />;
  return <p class="note">This run was stopped before its end.</p>;
}

/** The model and the execution provider of the run, or those the next run will have. */
function Provenance() {
  const panel = usePanel();
  const header = panel.header.value;
  const model = panel.model.value;
  const { name, version, precision } = header?.model ?? model ?? {};
  if (name === undefined) return null;
  const provider = header?.executionProvider ?? model?.executionProvider ?? '';
  // What is known of the model as it is loaded now says nothing of a run on another execution provider.
  const same = model !== null && model.name === name && model.executionProvider === provider;
  const fallbacks = same ? model.fallbacks : [];
  return (
    <p class="chips">
      <span
        class="chip"
        title={[
          `Model ${name} ${version}`,
          ...(header?.unmask ? [`Unmask ${header.unmask}`] : []),
        ].join('\n')}
      >
        <span class="codicon codicon-chip" aria-hidden="true" />
        {name}
      </span>
      <span
        class="chip"
        title={['Execution provider', ...fallbacks.map(({ sentence }) => sentence)].join('\n')}
      >
        <span class="codicon codicon-zap" aria-hidden="true" />
        {provider}
        {precision !== undefined && ` · ${precision}`}
      </span>
      <Verdict />
    </p>
  );
}

/** Whether the candidate on offer parses, where that is known: it is of all its fills together. */
function Verdict() {
  const { phase, runs } = usePanel();
  const { candidates, chosen } = runs.value;
  const newErrors = candidates[chosen]?.newErrors ?? null;
  if (phase.value.kind !== 'finished' || phase.value.leftOut || newErrors === null) return null;
  return (
    <span class="chip" title="Parse errors that the fill adds to the document">
      <SyntaxVerdict newErrors={newErrors} />
    </span>
  );
}

function Progress() {
  const { trace: current, canvases, phase } = usePanel();
  const trace = current.value;
  if (phase.value.kind === 'starting') return <div class="progress progress-endless" />;
  if (phase.value.kind !== 'denoising' || trace === null) return null;
  const { doing } = phase.value;
  if (doing.kind === 'reading' || doing.kind === 'sweeping') {
    const name = doing.kind === 'reading' ? 'Context read' : 'Sweeps';
    return <progress class="progress" max={doing.of} value={doing.done} aria-label={name} />;
  }
  const slots = canvases.value.at(-1) ?? [];
  const revealed = slots.filter(({ state }) => state !== 'masked').length;
  return (
    <progress class="progress" max={slots.length} value={revealed} aria-label="Slots revealed" />
  );
}

/** After a phase has come, presses meant for what stood there before are not taken for its own. */
const UNSETTLED_MS = 400;

/**
 * The buttons of the phase. Whoever has pressed one that is gone then finds the keyboard's focus on the first of the others;
 * on the heading where that would accept the fill.
 */
function Actions({ panel }: { readonly panel: Panel }) {
  const buttons = useRef<HTMLDivElement>(null);
  const { kind } = panel.phase.value;
  useHeldFocus(buttons, () =>
    kind === 'finished' ? document.querySelector<HTMLElement>('.heading h1') : firstAction(),
  );
  return (
    <div class="actions" ref={buttons}>
      {panel.running.value ? <RunButton /> : <ActionsAtRest key={kind} panel={panel} />}
    </div>
  );
}

function ActionsAtRest({ panel }: { readonly panel: Panel }) {
  const phase = panel.phase.value;
  const { kind } = phase;
  const trace = panel.trace.value;
  const kept = keptFills(phase, trace);
  const since = useRef(performance.now());
  if (trace === null && panel.place.value === null && kind !== 'failed') return null;
  return (
    <>
      {phase.kind === 'finished' ? (
        <>
          <Button
            icon="check"
            onPress={() => {
              if (performance.now() - since.current > UNSETTLED_MS) panel.post({ kind: 'accept' });
            }}
          >
            {kept ? `Accept ${kept.kept} of ${kept.of}` : 'Accept'}
          </Button>
          <Button
            appearance="secondary"
            icon="close"
            onPress={() => panel.post({ kind: 'reject' })}
          >
            Reject
          </Button>
        </>
      ) : (
        <>
          <BackToCandidate />
          {kind === 'undone' && <OfferAgain />}
          {kind !== 'opened' && <RunButton appearance="secondary" />}
          {kind === 'rejected' && <OfferAgain appearance="secondary" />}
        </>
      )}
      <span class="icon-actions">
        {phase.kind === 'finished' && (
          <IconButton
            icon="refresh"
            label="Run again with the present knobs"
            disabled={panel.knobs.error.value !== null}
            onPress={() => panel.post({ kind: 'run' })}
          />
        )}
        {trace !== null && panel.knobs.value !== null && (
          <IconButton
            icon="settings"
            label="Set the knobs to this run’s sampler and seed"
            disabled={panel.hasKnobsOfRun.value}
            onPress={() => panel.takeKnobsOfRun()}
          />
        )}
        {trace !== null && (
          <IconButton
            icon="export"
            label="Export the trace"
            onPress={() => panel.post({ kind: 'exportTrace' })}
          />
        )}
      </span>
    </>
  );
}

/** The way back to the candidate that waits while another run is looked at. */
function BackToCandidate() {
  const panel = usePanel();
  const waiting = panel.runs.value.list.find(({ waits }) => waits);
  if (waiting === undefined) return null;
  return (
    <Button
      icon="arrow-left"
      title={`Show run ${waiting.number}, whose candidate waits`}
      onPress={() => panel.post({ kind: 'showRun', id: waiting.id })}
    >
      Back to the candidate
    </Button>
  );
}

function OfferAgain({ appearance }: { readonly appearance?: 'secondary' }) {
  const panel = usePanel();
  const { shown } = panel.runs.value;
  if (shown === null) return null;
  return (
    <Button
      icon="redo"
      {...(appearance && { appearance })}
      onPress={() => panel.post({ kind: 'showRun', id: shown })}
    >
      Offer again
    </Button>
  );
}
