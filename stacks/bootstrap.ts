import type { App } from 'cdktf';
import type { BootstrapSettings } from '../environments/bootstrap';
import type { Environment } from '../environments/schema';
import { BootstrapAwsStack } from './bootstrap-aws';
import { BootstrapGoogleStack } from './bootstrap-google';

/** What the workflows of GitHub need in each cloud, before any pipeline is deployed by them. */
export function addBootstrapStacks(app: App, environment: Environment, settings: BootstrapSettings): void {
  const { aws, google } = settings;
  if (aws) new BootstrapAwsStack(app, environment, settings, aws);
  if (google) new BootstrapGoogleStack(app, environment, settings, google);
}
