import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './root';
import { environmentJsonSchema } from './schema';

/** `npm run schema`: writes the schema that editors complete and check environment files with. */
const file = join(projectRoot, 'environments', 'environment.schema.json');
writeFileSync(file, `${JSON.stringify(environmentJsonSchema(), null, 2)}\n`);
