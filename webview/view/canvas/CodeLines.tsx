export interface CodeLinesProps {
  readonly text: string;
  /** Whether its first line goes on from something before. */
  readonly continues?: boolean;
}

/** Code around the slots: a whole line that is broken goes on below its indentation. */
export function CodeLines({ text, continues = false }: CodeLinesProps) {
  return (
    <>
      {text.split(/(?<=\n)/).map((line, index) => {
        // Neither what goes on from the slots before nor what goes on in those behind stands alone on its line.
        if ((continues && index === 0) || !line.endsWith('\n')) return line;
        return (
          <span key={index} class="code-line" style={{ '--indent': /^ */.exec(line)![0].length }}>
            {line}
          </span>
        );
      })}
    </>
  );
}
