/** How VS Code divides its window among groups of editors, as its command `vscode.getEditorLayout` tells. */
export interface EditorLayout {
  /** Whether the groups are side by side (0) or above each other (1); those within one, the other way round. */
  readonly orientation: 0 | 1;
  readonly groups: readonly LayoutNode[];
}

interface LayoutNode {
  /** CSS pixels, across for groups that are side by side and down for the others. */
  readonly size?: number;
  readonly groups?: readonly LayoutNode[];
}

/** Less than any group can be: what is smaller is a share, as the layouts are that VS Code is given. */
const LEAST_PIXELS = 10;

/** The widths of all groups in CSS pixels, in the order of their view columns; undefined of those that are not told. */
export function groupWidths({ orientation, groups }: EditorLayout): (number | undefined)[] {
  return widthsOf(groups, orientation === 0, undefined);
}

function widthsOf(
  nodes: readonly LayoutNode[],
  sideBySide: boolean,
  across: number | undefined,
): (number | undefined)[] {
  const wide = across ?? widthAcross(nodes, sideBySide);
  return nodes.flatMap((node) => {
    const width = sideBySide ? pixels(node.size) : wide;
    return node.groups ? widthsOf(node.groups, !sideBySide, width) : [width];
  });
}

/** Of nodes above each other, by one that is divided itself. */
function widthAcross(nodes: readonly LayoutNode[], sideBySide: boolean): number | undefined {
  if (sideBySide) return undefined;
  const sizes = nodes.find(({ groups }) => groups)?.groups?.map(({ size }) => pixels(size));
  return sizes?.reduce<number | undefined>(
    (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
    0,
  );
}

function pixels(size: number | undefined): number | undefined {
  return size !== undefined && size >= LEAST_PIXELS ? size : undefined;
}
