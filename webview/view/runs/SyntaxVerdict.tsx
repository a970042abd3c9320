import { counted } from '../../../src/diffusion/counted';

interface Props {
  /** Parse errors that a fill adds; null where no grammar was asked. */
  readonly newErrors: number | null;
}

/** Whether a fill parses. */
export function SyntaxVerdict({ newErrors }: Props) {
  if (newErrors === null) return <>syntax not checked</>;
  const valid = newErrors === 0;
  return (
    <span class={valid ? 'valid' : 'invalid'}>
      <span class={`codicon codicon-${valid ? 'check' : 'warning'}`} aria-hidden="true" />
      {valid ? 'parses' : counted(newErrors, 'new parse error')}
    </span>
  );
}
