import { Option } from 'commander';
import type { Verdict } from './verdict';

/** The option that every verb has. */
export function jsonOption(): Option {
  return new Option('--json', 'one JSON document on standard output');
}

/** Prints one JSON document or a text for people; both on standard output. */
export function print(asJson: boolean, document: object, text: string): void {
  console.log(asJson ? JSON.stringify(document, null, 2) : text);
}

/** Prints what a command has to say, and ends as it says. */
export function conclude({ exitCode, document, text }: Verdict, asJson: boolean): void {
  print(asJson, document, text);
  process.exitCode = exitCode;
}
