import type { Panel } from '../state/panel';
import { Announcer } from './Announcer';
import { BranchBar } from './canvas/BranchBar';
import { Canvas } from './canvas/Canvas';
import { Inspector } from './canvas/Inspector';
import { Legend } from './canvas/Legend';
import { Charts } from './charts/Charts';
import { Timings } from './charts/Timings';
import { EmptyState } from './EmptyState';
import { Heading } from './Heading';
import { KnobBoard } from './knobs/KnobBoard';
import { PanelContext } from './panelContext';
import { Candidates } from './runs/Candidates';
import { RunsRoom } from './runs/RunsRoom';
import { Scrubber } from './Scrubber';
import { Section } from './Section';

/** The whole panel. */
export function App({ panel }: { readonly panel: Panel }) {
  return (
    <PanelContext.Provider value={panel}>
      <Announcer />
      <Rooms panel={panel} />
    </PanelContext.Provider>
  );
}

/** Whether there are several candidates, or would be had they not come to the same. */
const offers = ({ runs }: Panel) => {
  const { candidates, asked } = runs.value;
  return candidates.length > 0 && Math.max(candidates.length, asked) > 1;
};

function Rooms({ panel }: { readonly panel: Panel }) {
  if (!panel.loaded.value) return null;
  const hasRun = panel.header.value !== null;
  return (
    <>
      <Heading />
      <div class="columns">
        <div>
          {hasRun ? (
            <>
              <Canvas />
              <Scrubber />
              <BranchBar />
              <Section name="slot" title="Slot">
                <Inspector />
              </Section>
              {offers(panel) && (
                <Section name="candidates" title="Candidates">
                  <Candidates />
                </Section>
              )}
            </>
          ) : (
            <EmptyState />
          )}
          <RunsRoom />
        </div>
        <div>
          {hasRun && (
            <>
              <Section name="progress" title="Steps">
                <Charts />
              </Section>
              <Section name="timings" title="Timings">
                <Timings />
              </Section>
            </>
          )}
          <Section name="knobs" title="Knobs">
            <KnobBoard />
          </Section>
          <Section name="legend" title="Legend" initiallyOpen={false}>
            <Legend />
          </Section>
        </div>
      </div>
    </>
  );
}
