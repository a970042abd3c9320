/** Stands before a fill that accepting leaves out, in the words of the editor. Its slots say the same to a screen reader. */
export function LeftOutTag() {
  return (
    <span class="left-out-tag" aria-hidden="true" title="Accepting leaves the code here as it is">
      ⊘ left out
    </span>
  );
}
