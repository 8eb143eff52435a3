import { CbnError, type Diagnostic } from '../errors';
import type { Position, SourceFile } from '../source';

/** Gathers what there is to say about a file, so that all of it comes in one report. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];
  private errors = 0;

  constructor(readonly source: SourceFile) {}

  get hasErrors(): boolean {
    return this.errors > 0;
  }

  error(code: string, position: Position, message: string, fix?: string): void {
    this.errors += 1;
    this.add('error', code, position, message, fix);
  }

  warn(code: string, position: Position, message: string, fix?: string): void {
    this.add('warning', code, position, message, fix);
  }

  missingComma(position: Position): void {
    this.warn(
      'missing-comma',
      position,
      'No comma between this element of the list and the one before it; they are taken for two.',
      'Put a comma between them.',
    );
  }

  /** @throws CbnError `syntax` with every error of the file, when there is one */
  throwErrors(): void {
    const errors = this.diagnostics
      .filter(({ severity }) => severity === 'error')
      .sort((a, b) => (a.position?.offset ?? 0) - (b.position?.offset ?? 0));
    const [first] = errors;
    if (first === undefined) return;
    throw new CbnError('syntax', errors.map(line).join('\n'), {
      file: this.source.name,
      ...(first.position && { position: first.position }),
    });
  }

  private add(severity: 'error' | 'warning', code: string, position: Position, message: string, fix?: string): void {
    this.diagnostics.push({ severity, code, message, file: this.source.name, position, ...(fix && { fix }) });
  }
}

/** One line for people: `parser.conf:3:7: message. Fix.` */
function line({ file, position, message, fix }: Diagnostic): string {
  return `${file}:${position?.line}:${position?.column}: ${message}${fix === undefined ? '' : ` ${fix}`}`;
}
