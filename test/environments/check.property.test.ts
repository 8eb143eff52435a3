import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { checkEnvironment } from '../../environments/check';
import { projectRoot } from '../../environments/root';

const prod = parse(readFileSync(join(projectRoot, 'environments', 'prod.yaml'), 'utf8'));

type Path = readonly (string | number)[];

/** Every path of a value, the value itself excluded. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    return [here, ...pathsOf(inner, here)];
  });
}

function replaceAt(value: unknown, [key, ...rest]: Path, put: unknown): unknown {
  if (key === undefined) return put;
  const copy: Record<string | number, unknown> = Array.isArray(value)
    ? ([...value] as never)
    : { ...(value as object) };
  copy[key] = replaceAt(copy[key], rest, put);
  return copy;
}

test('whatever stands anywhere, the answer is an environment or a report that fits on lines', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Path>(...pathsOf(prod)),
      fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom('', 'https://', '://', 'header_', '${x}', '0', '9'.repeat(400), { toString: 0 }),
      ),
      (path, put) => {
        const { problems } = checkEnvironment('prod.yaml', stringify(replaceAt(prod, path, put)), 'prod');
        for (const { line, column, got, expected } of problems) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(got.length).toBeLessThanOrEqual(80);
          expect(expected).not.toMatch(/Invalid input|^$|\n/);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test('any text is an environment or a report', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(checkEnvironment('prod.yaml', text, 'prod').problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});
