import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { ComputeRouter } from '@cdktf/provider-google/lib/compute-router';
import { ComputeRouterNat } from '@cdktf/provider-google/lib/compute-router-nat';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

/** Addresses of a subnet for one function: direct VPC egress wants a /26 at least (cloud.google.com/run/docs/configuring/vpc-direct-vpc). */
const RANGE = '10.64.0.0/26';

export interface StaticEgressProps {
  readonly name: string;
  readonly region: string;
  readonly dependsOn: ITerraformDependable[];
}

/** A network of its own whose way out has one reserved address. It is kept whatever is deployed anew. */
export class StaticEgress extends Construct {
  /** The address that the outside sees. */
  readonly address: string;
  readonly network: string;
  readonly subnetwork: string;
  /** What must be there before a function uses the way. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, { name, region, dependsOn }: StaticEgressProps) {
    super(scope, id);
    const network = new ComputeNetwork(this, 'network', { name, autoCreateSubnetworks: false, dependsOn });
    const subnetwork = new ComputeSubnetwork(this, 'subnetwork', {
      ...{ name, region, network: network.id, ipCidrRange: RANGE },
      // All traffic goes this way, that to Cloud Storage as well.
      privateIpGoogleAccess: true,
    });
    const address = new ComputeAddress(this, 'address', { name, region, dependsOn });
    const router = new ComputeRouter(this, 'router', { name, region, network: network.id });
    this.ready = new ComputeRouterNat(this, 'nat', {
      ...{ name, region, router: router.name },
      natIpAllocateOption: 'MANUAL_ONLY',
      natIps: [address.selfLink],
      sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS',
      subnetwork: [{ name: subnetwork.id, sourceIpRangesToNat: ['ALL_IP_RANGES'] }],
      logConfig: { enable: true, filter: 'ERRORS_ONLY' },
    });
    this.address = address.address;
    this.network = network.name;
    this.subnetwork = subnetwork.name;
  }
}
