import { Dropdown } from '../../toolkit';
import { type ChangedKnob, KnobFrame } from './KnobFrame';

export interface ChoiceKnobProps<Value extends string> {
  readonly label: string;
  readonly title?: string | undefined;
  readonly value: Value;
  readonly labels: Readonly<Record<Value, string>>;
  /** What the present choice does. */
  readonly summary?: string | undefined;
  /** Why a value cannot be chosen, where it cannot. */
  readonly unavailable?: Readonly<Partial<Record<Value, string>>> | undefined;
  /** Something to know about the present value. */
  readonly note?: string | null | undefined;
  readonly changed?: ChangedKnob | undefined;
  readonly onChange: (value: Value) => void;
}

/** One of several named things. */
export function ChoiceKnob<Value extends string>(props: ChoiceKnobProps<Value>) {
  const { label, title, value, labels, summary, unavailable, changed, onChange } = props;
  const note = props.note ?? unavailable?.[value];
  const options = Object.entries<string>(labels).map(([option, name]) => ({
    value: option as Value,
    label: name,
    unavailable: unavailable?.[option as Value],
  }));
  return (
    <KnobFrame label={label} title={title} changed={changed}>
      <Dropdown label={label} value={value} options={options} onChange={onChange} />
      {summary !== undefined && <p class="note">{summary}</p>}
      {note && <p class="note knob-remark">{note}</p>}
    </KnobFrame>
  );
}
