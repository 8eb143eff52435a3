import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../environments/root';

const documents = [
  'README.md',
  ...readdirSync(join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, '');
}

/** Targets of the links of a document, and of the images: those within the repository, outside of code. */
function links(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors of the headings, as GitHub makes them. */
function anchors(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The links of a document that lead nowhere. */
function dead(file: string, markdown: string): string[] {
  return links(markdown).filter((target) => {
    const [path = '', anchor] = target.split('#');
    const at = path === '' ? join(projectRoot, file) : join(projectRoot, dirname(file), decodeURIComponent(path));
    if (!existsSync(at)) return true;
    return anchor !== undefined && !anchors(readFileSync(at, 'utf8')).includes(anchor);
  });
}

test.each(documents)('each link of %s leads somewhere', (file) => {
  expect(dead(file, readFileSync(join(projectRoot, file), 'utf8'))).toEqual([]);
});

test('dead links are found', () => {
  const markdown = [
    '[a](runbooks/cloudtrail-key.md) [b](runbooks/none.md) [c](https://example.com/none) [d](../README.md#try-it)',
    '[e](../README.md#none) [f](#none)',
    '```\n[g](in-code.md)\n```',
  ].join('\n');
  expect(dead('docs/cloudtrail-cortex.md', markdown)).toEqual(['runbooks/none.md', '../README.md#none', '#none']);
});
