/** Stands before a fill that accepting leaves out, or has left out, in the words of the editor. Its slots say the same to a screen reader. */
export function LeftOutTag() {
  return (
    <span class="left-out-tag" aria-hidden="true" title="The code here stays as it is">
      ⊘ left out
    </span>
  );
}
