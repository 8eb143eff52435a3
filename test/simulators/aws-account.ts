import type { IncomingMessage } from 'node:http';
import { listen } from './loopback';

export interface AwsAccountOptions {
  account: string;
  /** Access keys that are known. */
  accessKeys: readonly string[];
  /** Regions that the account has not switched on. */
  off?: readonly string[];
}

export interface SimulatedTrail {
  Name: string;
  HomeRegion: string;
  S3BucketName: string;
  IsOrganizationTrail?: boolean;
  /** Whether it logs management events. Default: yes. */
  management?: boolean;
}

export interface AwsAccount {
  /** For `AWS_ENDPOINT_URL`, without a slash at its end. */
  url: string;
  /** Whose the credentials are. */
  arn: string;
  trails: SimulatedTrail[];
  /** Actions that the caller lacks, and those that the organization or a boundary blocks. */
  lacking: Set<string>;
  blocked: Map<string, 'organization' | 'boundary'>;
  /** Actions of the services that are refused to the caller: `cloudtrail:DescribeTrails`. */
  denied: Set<string>;
  /** `region action` of every request so far. */
  requests: string[];
  /** Resources that the simulator of policies was asked about, by action. */
  simulated: Map<string, string>;
  close(): Promise<void>;
}

class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly status = 403,
  ) {
    super(`refused: ${code}`);
  }
}

/**
 * What AWS tells of an account before there is anything: STS GetCallerIdentity, IAM GetRole and SimulatePrincipalPolicy
 * (query protocol), CloudTrail DescribeTrails and GetEventSelectors (JSON 1.1), as their API references describe them.
 */
export async function startAwsAccount(options: AwsAccountOptions): Promise<AwsAccount> {
  const { account } = options;

  function apply(action: string, region: string, key: string, body: string): object | string {
    if (!options.accessKeys.includes(key) || options.off?.includes(region)) throw new Refusal('InvalidClientTokenId');
    if (aws.denied.has(action)) throw new Refusal('AccessDeniedException', 400);
    const parameters = new URLSearchParams(body);
    switch (action) {
      case 'sts:GetCallerIdentity':
        return `<Arn>${aws.arn}</Arn><UserId>AIDAX</UserId><Account>${aws.arn.split(':')[4]}</Account>`;
      case 'iam:GetRole': {
        const name = parameters.get('RoleName');
        return `<Role><RoleName>${name}</RoleName><Arn>arn:aws:iam::${account}:role/teams/soc/${name}</Arn></Role>`;
      }
      case 'iam:SimulatePrincipalPolicy':
        return simulate(parameters);
      case 'cloudtrail:DescribeTrails':
        return { trailList: aws.trails.map(({ management: _, ...trail }) => ({ ...trail, TrailARN: arnOf(trail) })) };
      case 'cloudtrail:GetEventSelectors': {
        const { TrailName } = JSON.parse(body) as { TrailName: string };
        const trail = aws.trails.find((one) => arnOf(one) === TrailName);
        return { TrailARN: TrailName, EventSelectors: [{ IncludeManagementEvents: trail?.management ?? true }] };
      }
      default:
        throw new Refusal('InvalidAction', 400);
    }
  }

  function simulate(parameters: URLSearchParams): string {
    if (!/^arn:aws:iam::\d{12}:(user|role)\//.test(parameters.get('PolicySourceArn') ?? ''))
      throw new Refusal('InvalidInput', 400);
    const action = parameters.get('ActionNames.member.1') ?? '';
    aws.simulated.set(action, parameters.get('ResourceArns.member.1') ?? '');
    const blocker = aws.blocked.get(action);
    const decision = aws.lacking.has(action) || blocker !== undefined ? 'implicitDeny' : 'allowed';
    const details =
      `<OrganizationsDecisionDetail><AllowedByOrganizations>${blocker !== 'organization'}</AllowedByOrganizations></OrganizationsDecisionDetail>` +
      `<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>${blocker !== 'boundary'}</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>`;
    return (
      `<EvaluationResults><member><EvalActionName>${action}</EvalActionName><EvalDecision>${decision}</EvalDecision>` +
      `${details}</member></EvaluationResults><IsTruncated>false</IsTruncated>`
    );
  }

  function arnOf({ Name, HomeRegion }: Pick<SimulatedTrail, 'Name' | 'HomeRegion'>): string {
    return `arn:aws:cloudtrail:${HomeRegion}:${account}:trail/${Name}`;
  }

  const loopback = await listen(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { key, region, action, isJson } = readRequest(request, body);
    aws.requests.push(`${region} ${action}`);
    const type = isJson ? 'application/x-amz-json-1.1' : 'text/xml';
    try {
      const content = apply(action, region, key, body);
      const name = action.split(':')[1];
      response
        .writeHead(200, { 'Content-Type': type })
        .end(
          typeof content === 'string'
            ? `<${name}Response><${name}Result>${content}</${name}Result></${name}Response>`
            : JSON.stringify(content),
        );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message, status } = error;
      response
        .writeHead(status, { 'Content-Type': type })
        .end(
          isJson
            ? JSON.stringify({ __type: code, message })
            : `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
        );
    }
  });
  const aws: AwsAccount = {
    ...loopback,
    arn: `arn:aws:sts::${account}:assumed-role/Deployer/somebody`,
    trails: [],
    lacking: new Set(),
    blocked: new Map(),
    denied: new Set(),
    requests: [],
    simulated: new Map(),
  };
  return aws;
}

/** Who asks for what, by the signature's scope: `<key>/<date>/<region>/<service>/aws4_request`. */
function readRequest({ headers }: IncomingMessage, body: string) {
  const [, key = '', region = '', service = ''] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const target = /\.(\w+)$/.exec(String(headers['x-amz-target'] ?? ''))?.[1];
  const action = `${service}:${target ?? new URLSearchParams(body).get('Action')}`;
  return { key, region, action, isJson: target !== undefined };
}
