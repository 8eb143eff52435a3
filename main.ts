import { App } from 'cdktf';
import { environmentsFolder } from './environments/folder';
import { loadEnvironments } from './environments/load';
import type { Environment } from './environments/schema';
import { UserError } from './environments/user-error';
import { addBootstrapStacks } from './stacks/bootstrap';
import { CloudtrailCortexStack } from './stacks/cloudtrail-cortex';
import { addLogpushStacks } from './stacks/logpush-taegis';
import { lockProviders } from './stacks/provider-lock';
import { QualysSecopsStack } from './stacks/qualys-secops';

/** The architecture: every environment is a file, every pipeline in it a stack of its own. */
export function addEnvironment(app: App, environment: Environment): void {
  const { bootstrap, qualys, cloudtrail, cloudflare } = environment;
  if (bootstrap) addBootstrapStacks(app, environment, bootstrap);
  if (qualys) new QualysSecopsStack(app, environment, qualys);
  if (cloudtrail) new CloudtrailCortexStack(app, environment, cloudtrail);
  if (cloudflare) addLogpushStacks(app, environment, cloudflare);
}

function main(): void {
  const app = new App();
  for (const environment of loadEnvironments(environmentsFolder())) addEnvironment(app, environment);
  app.synth();
  lockProviders(app);
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
