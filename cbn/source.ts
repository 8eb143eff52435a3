/** A place in a parser's file; line and column count from 1, offset from 0 (UTF-16 units). */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}
