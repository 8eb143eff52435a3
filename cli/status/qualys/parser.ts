import { FEEDS, LOG_TYPES } from '../../../functions/qualys/contract';
import { describeActive } from '../../parser/active';
import type { Aim } from '../../parser/aim';
import { idOf } from '../../parser/secops';
import type { Survey } from '../../parser/survey';
import { type Fact, ok, problem } from '../model';

/** Judges which parser makes events of a log type's logs, beside what the environment file chooses. */
export function judgeParser({ chosen, active, parser, extension }: Survey, environment: string): Fact {
  const name = nameOf(chosen.logType);
  const activate = `./tributary parser activate ${environment}`;
  if (active === undefined)
    return problem(name, 'no parser is active: logs are kept, and become no events', 'Activate one.', activate);
  const over = active.extension === undefined ? '' : `, with the extension ${active.extension.id}`;
  const now = `${describeActive(active)}${over}`;
  const lacking = [
    { what: `parser ${chosen.parser}`, aim: parser },
    { what: `extension ${chosen.extension}`, aim: extension },
  ].flatMap(({ what, aim }) => (aim === undefined ? [] : [{ what, aim }]));
  const wrong = lacking.find(({ aim }) => aim.state !== 'active' && aim.state !== 'validating');
  if (wrong !== undefined)
    return problem(
      name,
      `active is ${now}, and the environment file chooses the ${wrong.what}, which ${stateOfAim(wrong.aim)}`,
      wrong.aim.state === 'missing'
        ? 'Deploy, then activate it.'
        : 'Activate it; the command tells what is in the way.',
      activate,
    );
  const waiting = lacking.find(({ aim }) => aim.state === 'validating');
  return ok(name, waiting === undefined ? now : `${now}; SecOps is trying the ${waiting.what}`);
}

/** By the feed whose records it parses; others go by their log type. */
function nameOf(logType: string): string {
  const feed = FEEDS.find((one) => LOG_TYPES[one] === logType);
  return feed === undefined ? `parser ${logType}` : `${feed} parser`;
}

function stateOfAim(aim: Aim): string {
  switch (aim.state) {
    case 'missing':
      return 'is not in SecOps';
    case 'rejected':
      return `SecOps does not take (${idOf(aim.name)}: ${aim.stage})`;
    default:
      return 'is not active';
  }
}
