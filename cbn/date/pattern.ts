import { copyFields, digitAt, digits, type Fields, noFields, readFraction, type Step } from './fields';
import { readOffset, readZoneName } from './offset';

const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const SHORT = 3;

/**
 * Compiles a date pattern of Joda's letters. They are read as Go's `time.Parse` reads its layouts, of which the behaviour of
 * published parsers' golden events gives signs:
 * - two letters are two digits, one letter is one or two; an hour is one or two always; a year has four, or two for `yy`
 *   (69–99 in the last century);
 * - names of months and days are short for three letters and long for four, in any case;
 * - a run of spaces in the pattern is one of any length in the text;
 * - a fraction has as many digits as the pattern has letters, after a dot or a comma as the text likes; one of any length may
 *   follow the seconds where the pattern has none;
 * - `a` and `A` take AM and PM in any case, with `HH` as well as with `hh`;
 * - `Z` and `ZZ` take `Z`, `+0000`, `-07:00` and `+02` alike; `ZZZ` and `z` take a zone's name.
 * Letters that mean nothing and text in quotes stand for themselves; what stands in `[…]` may be absent.
 */
export function compilePattern(pattern: string): Step {
  const steps = stepsOf(pattern);
  return (text, at, fields) => {
    let place = at;
    for (const step of steps) {
      place = step(text, place, fields);
      if (place < 0) return -1;
    }
    return place;
  };
}

function stepsOf(pattern: string): Step[] {
  const steps: Step[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') steps.push(literalStep(literal));
    literal = '';
  };
  for (let at = 0; at < pattern.length; ) {
    const letter = pattern[at] as string;
    if (letter === "'") {
      const end = pattern.indexOf("'", at + 1);
      if (end === at + 1) literal += "'";
      else literal += pattern.slice(at + 1, end < 0 ? undefined : end);
      at = end < 0 ? pattern.length : end + 1;
      continue;
    }
    if (letter === '[') {
      const end = closing(pattern, at);
      if (end > 0) {
        flush();
        steps.push(optional(compilePattern(pattern.slice(at + 1, end))));
        at = end + 1;
        continue;
      }
    }
    let end = at + 1;
    while (pattern[end] === letter) end++;
    const step = letterStep(letter, end - at, literal.slice(-1), pattern.slice(end));
    if (step === undefined) literal += pattern.slice(at, end);
    else {
      // The sign before a fraction may be either of both.
      if (letter === 'S' && /[.,]$/.test(literal)) literal = literal.slice(0, -1);
      flush();
      steps.push(step);
    }
    at = end;
  }
  flush();
  return steps;
}

function closing(pattern: string, opening: number): number {
  let depth = 0;
  for (let at = opening; at < pattern.length; at++) {
    if (pattern[at] === '[') depth++;
    else if (pattern[at] === ']' && --depth === 0) return at;
  }
  return -1;
}

/** What stands in brackets: it may be absent, and the brackets may be meant as such. */
function optional(step: Step): Step {
  // One for all texts: reading one never begins another.
  const before = noFields();
  return (text, at, fields) => {
    copyFields(before, fields);
    const bracketed = text[at] === '[';
    const end = step(text, bracketed ? at + 1 : at, fields);
    if (end >= 0 && !bracketed) return end;
    if (end >= 0 && text[end] === ']') return end + 1;
    copyFields(fields, before);
    return at;
  };
}

function letterStep(letter: string, count: number, before: string, rest: string): Step | undefined {
  const least = count === 1 ? 1 : 2;
  switch (letter) {
    case 'y':
    case 'Y':
    case 'u':
      return count === 2
        ? digits(2, 2, (fields, value) => {
            fields.year = value >= 69 ? 1900 + value : 2000 + value;
          })
        : digits(4, 4, (fields, value) => {
            fields.year = value;
          });
    case 'M':
    case 'L':
      return count >= SHORT
        ? nameStep(MONTHS, count === SHORT, (fields, index) => {
            fields.month = index + 1;
          })
        : digits(least, 2, (fields, value) => {
            fields.month = value;
          });
    case 'd':
      return digits(least, 2, (fields, value) => {
        fields.day = value;
      });
    case 'D':
      // Published parsers write `D` where they mean `d`, with the right pattern beside it: only three letters count.
      return count === SHORT
        ? digits(3, 3, (fields, value) => {
            fields.dayOfYear = value;
          })
        : undefined;
    case 'E':
      return nameStep(WEEKDAYS, count <= SHORT, () => undefined);
    case 'H':
      return digits(1, 2, (fields, value) => {
        fields.hour = value;
      });
    case 'k':
      return digits(1, 2, (fields, value) => {
        fields.hour = value === 24 ? 0 : value;
      });
    case 'h':
      return digits(least, 2, (fields, value) => {
        fields.hour = value <= 12 ? value : -1;
      });
    case 'K':
      return digits(least, 2, (fields, value) => {
        fields.hour = value <= 11 ? value : -1;
      });
    case 'm':
      return digits(least, 2, (fields, value) => {
        fields.minute = value;
      });
    case 's':
      return secondStep(least, !/^[^A-Za-z]?S/.test(rest));
    case 'S':
      return fractionStep(count, before);
    case 'a':
    case 'A':
      return halfStep;
    case 'Z':
      return count >= SHORT ? readZoneName : readOffset;
    case 'X':
    case 'x':
      return readOffset;
    case 'z':
      return readZoneName;
    default:
      return undefined;
  }
}

function literalStep(literal: string): Step {
  return (text, at) => {
    let place = at;
    for (let index = 0; index < literal.length; ) {
      if (literal[index] === ' ') {
        if (place < text.length && text[place] !== ' ') return -1;
        while (literal[index] === ' ') index++;
        while (text[place] === ' ') place++;
      } else if (literal[index] === text[place]) {
        index++;
        place++;
      } else return -1;
    }
    return place;
  };
}

function nameStep(names: readonly string[], short: boolean, keep: (fields: Fields, index: number) => void): Step {
  const wanted = short ? names.map((name) => name.slice(0, SHORT)) : names;
  return (text, at, fields) => {
    for (const [index, name] of wanted.entries()) {
      if (text.length < at + name.length || text.slice(at, at + name.length).toLowerCase() !== name) continue;
      keep(fields, index);
      return at + name.length;
    }
    return -1;
  };
}

function secondStep(least: number, mayHaveFraction: boolean): Step {
  const seconds = digits(least, 2, (fields, value) => {
    fields.second = value;
  });
  return (text, at, fields) => {
    const end = seconds(text, at, fields);
    return end >= 0 && mayHaveFraction && fractionFollows(text, end) ? readFraction(text, end + 1, fields) : end;
  };
}

function fractionFollows(text: string, at: number): boolean {
  return (text[at] === '.' || text[at] === ',') && digitAt(text, at + 1) >= 0;
}

function fractionStep(count: number, before: string): Step {
  const signed = before === '.' || before === ',';
  return (text, at, fields) => {
    if (signed && text[at] !== '.' && text[at] !== ',') return -1;
    const begin = signed ? at + 1 : at;
    const end = readFraction(text, begin, fields, count);
    return end - begin === count ? end : -1;
  };
}

const halfStep: Step = (text, at, fields) => {
  const half = text.slice(at, at + 2).toLowerCase();
  if (half !== 'am' && half !== 'pm') return -1;
  fields.half = half === 'am' ? 0 : 1;
  return at + 2;
};
