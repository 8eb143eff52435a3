/** A field of a GraphQL query, with its arguments evaluated. */
export interface Field {
  /** What the answer calls it: the alias, or the name. */
  readonly key: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly fields: readonly Field[];
}

const TOKEN = /\s*(?:#[^\n]*\n\s*)*([A-Za-z_]\w*|\$\w+|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[{}()[\]:!,=])/y;

/**
 * Fields of the one operation of a document, as much of GraphQL as analytics clients use: no fragments, no directives.
 * @throws Error for anything else, and for a variable without a value
 */
export function parseQuery(text: string, variables: Readonly<Record<string, unknown>>): Field[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new Error('syntax error');
    if (token !== ',') tokens.push(token);
  }
  let at = 0;
  const next = () => tokens[at++] ?? '';
  const expect = (token: string) => {
    if (next() !== token) throw new Error(`syntax error: expected ${token}`);
  };

  function value(): unknown {
    const token = next();
    if (token.startsWith('$')) {
      if (!(token.slice(1) in variables)) throw new Error(`no value for ${token}`);
      return variables[token.slice(1)];
    }
    if (token === '[') {
      const list: unknown[] = [];
      while (tokens[at] !== ']') list.push(value());
      at++;
      return list;
    }
    if (token === '{') return pairs('}');
    return /^["\d-]/.test(token) ? JSON.parse(token) : token;
  }

  function pairs(end: string): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    while (tokens[at] !== end) {
      const name = next();
      expect(':');
      result[name] = value();
    }
    at++;
    return result;
  }

  function selection(): Field[] {
    expect('{');
    const fields: Field[] = [];
    while (tokens[at] !== '}') {
      const key = next();
      if (!/^\w+$/.test(key)) throw new Error(`syntax error near ${key || 'the end'}`);
      const isAlias = tokens[at] === ':';
      if (isAlias) at++;
      const name = isAlias ? next() : key;
      const hasArguments = tokens[at] === '(';
      if (hasArguments) at++;
      fields.push({ key, name, args: hasArguments ? pairs(')') : {}, fields: tokens[at] === '{' ? selection() : [] });
    }
    at++;
    return fields;
  }

  while (at < tokens.length && tokens[at] !== '{') at++;
  return selection();
}
