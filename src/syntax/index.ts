export { BracketGuard, type SpanPieces } from './bracketGuard';
export { FillSyntax } from './fillSyntax';
