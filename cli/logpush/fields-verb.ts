import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { fieldsOfJob } from '../../environments/logpush-jobs';
import { projectRoot } from '../../environments/root';
import { createCloudflareApi } from '../cloudflare-api';
import { replaceFile } from '../environment-file';
import { requireSection } from '../pipeline-section';
import { Progress } from '../progress';
import { conclude, jsonOption } from '../verb';
import { compareFields, concludeFields, type FieldsJob } from './fields';
import { CATALOGUE_FILE, type Catalogue, renderCatalogue, withFields } from './fields-catalogue';
import { LOGPUSH_PIPELINE } from './status-jobs';

/** Adds `fields <env>`. */
export function addFieldsVerb(program: Command): void {
  program
    .command('fields')
    .description("what Cloudflare's plan lacks, and what is new or gone, by its live lists of Logpush fields")
    .argument('<env>', 'name of the environment')
    .option('--write', 'add new fields to the catalogue; none is ever taken out')
    .addOption(jsonOption())
    .action(async (env: string, { write = false, json = false }: { write?: boolean; json?: boolean }) => {
      const jobs = jobsOf(env);
      const file = join(projectRoot, CATALOGUE_FILE);
      const catalogue: Catalogue = JSON.parse(readFileSync(file, 'utf8'));
      const api = createCloudflareApi();
      const comparison = await new Progress().step(`Read the fields of ${jobs.length} jobs`, (note) =>
        compareFields(api, jobs, catalogue, note),
      );
      const added = comparison.datasets.filter((dataset) => dataset.new.length > 0);
      if (write && added.length > 0) {
        const fields = new Map(added.map((dataset) => [dataset.dataset, dataset.new]));
        replaceFile(file, renderCatalogue(withFields(catalogue, fields, new Date().toISOString().slice(0, 10))));
      }
      conclude(concludeFields(comparison, write), json);
    });
}

function jobsOf(environment: string): FieldsJob[] {
  const { account, zones } = requireSection(environment, LOGPUSH_PIPELINE);
  return [
    ...(account?.datasets ?? []).map((job) => ({
      owner: { kind: 'account' as const, id: account?.id ?? '', name: 'account' },
      dataset: job.dataset,
      fields: fieldsOfJob(job),
    })),
    ...zones.flatMap(({ id, name, datasets }) =>
      datasets.map((job) => ({
        owner: { kind: 'zone' as const, id, name },
        dataset: job.dataset,
        fields: fieldsOfJob(job),
      })),
    ),
  ];
}
