import type { ServiceDefinition } from '@grpc/grpc-js';
import { parse, type Type } from 'protobufjs';

/**
 * What a test needs of Terraform's plugin protocol 6: no functions, ephemeral resources, moves, deferrals or identities.
 * Terraform takes "unimplemented" for an answer where it asks for them.
 * Source: hashicorp/terraform, docs/plugin-protocol/tfplugin6.8.proto (names and numbers of the fields).
 */
const PROTO = `
syntax = "proto3";
package tfplugin6;

message DynamicValue { bytes msgpack = 1; bytes json = 2; }

message Diagnostic {
  enum Severity { INVALID = 0; ERROR = 1; WARNING = 2; }
  Severity severity = 1;
  string summary = 2;
  string detail = 3;
}

message AttributePath {
  message Step {
    oneof selector { string attribute_name = 1; string element_key_string = 2; int64 element_key_int = 3; }
  }
  repeated Step steps = 1;
}

message Schema {
  message Block {
    int64 version = 1;
    repeated Attribute attributes = 2;
    repeated NestedBlock block_types = 3;
  }
  message Attribute {
    string name = 1;
    bytes type = 2;
    Object nested_type = 10;
    bool required = 4;
    bool optional = 5;
    bool computed = 6;
    bool sensitive = 7;
    bool deprecated = 9;
    bool write_only = 11;
  }
  message NestedBlock {
    enum NestingMode { INVALID = 0; SINGLE = 1; LIST = 2; SET = 3; MAP = 4; GROUP = 5; }
    string type_name = 1;
    Block block = 2;
    NestingMode nesting = 3;
    int64 min_items = 4;
    int64 max_items = 5;
  }
  message Object {
    enum NestingMode { INVALID = 0; SINGLE = 1; LIST = 2; SET = 3; MAP = 4; }
    repeated Attribute attributes = 1;
    NestingMode nesting = 3;
  }
  int64 version = 1;
  Block block = 2;
}

message SchemaAnswer {
  Schema provider = 1;
  map<string, Schema> resource_schemas = 2;
  map<string, Schema> data_source_schemas = 3;
  repeated Diagnostic diagnostics = 4;
}

message Nothing {}
message StopAnswer { string Error = 1; }

message ProviderConfigRequest { DynamicValue config = 1; }
message ProviderConfigAnswer { repeated Diagnostic diagnostics = 2; }
message ConfigureRequest { string terraform_version = 1; DynamicValue config = 2; }
message ResourceConfigRequest { string type_name = 1; DynamicValue config = 2; }
message Diagnostics { repeated Diagnostic diagnostics = 1; }

message RawState { bytes json = 1; }
message UpgradeRequest { string type_name = 1; int64 version = 2; RawState raw_state = 3; }
message UpgradeAnswer { DynamicValue upgraded_state = 1; repeated Diagnostic diagnostics = 2; }

message ReadRequest { string type_name = 1; DynamicValue current_state = 2; bytes private = 3; }
message ReadAnswer { DynamicValue new_state = 1; repeated Diagnostic diagnostics = 2; bytes private = 3; }

message PlanRequest {
  string type_name = 1;
  DynamicValue prior_state = 2;
  DynamicValue proposed_new_state = 3;
  DynamicValue config = 4;
  bytes prior_private = 5;
}
message PlanAnswer {
  DynamicValue planned_state = 1;
  repeated AttributePath requires_replace = 2;
  bytes planned_private = 3;
  repeated Diagnostic diagnostics = 4;
}

message ApplyRequest {
  string type_name = 1;
  DynamicValue prior_state = 2;
  DynamicValue planned_state = 3;
  DynamicValue config = 4;
  bytes planned_private = 5;
}
message ApplyAnswer { DynamicValue new_state = 1; bytes private = 2; repeated Diagnostic diagnostics = 3; }

message ImportRequest { string type_name = 1; string id = 2; }
message ImportedResource { string type_name = 1; DynamicValue state = 2; bytes private = 3; }
message ImportAnswer { repeated ImportedResource imported_resources = 1; repeated Diagnostic diagnostics = 2; }

message DataRequest { string type_name = 1; DynamicValue config = 2; }
message DataAnswer { DynamicValue state = 1; repeated Diagnostic diagnostics = 2; }

service Provider {
  rpc GetProviderSchema(Nothing) returns (SchemaAnswer);
  rpc ValidateProviderConfig(ProviderConfigRequest) returns (ProviderConfigAnswer);
  rpc ValidateResourceConfig(ResourceConfigRequest) returns (Diagnostics);
  rpc ValidateDataResourceConfig(ResourceConfigRequest) returns (Diagnostics);
  rpc UpgradeResourceState(UpgradeRequest) returns (UpgradeAnswer);
  rpc ConfigureProvider(ConfigureRequest) returns (Diagnostics);
  rpc ReadResource(ReadRequest) returns (ReadAnswer);
  rpc PlanResourceChange(PlanRequest) returns (PlanAnswer);
  rpc ApplyResourceChange(ApplyRequest) returns (ApplyAnswer);
  rpc ImportResourceState(ImportRequest) returns (ImportAnswer);
  rpc ReadDataSource(DataRequest) returns (DataAnswer);
  rpc StopProvider(Nothing) returns (StopAnswer);
}
`;

/** A value of Terraform's, serialized; JSON only in states. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
}

export interface Diagnostic {
  readonly severity: 1 | 2;
  readonly summary: string;
  readonly detail: string;
}

/** A request, with the fields of all of them: each method knows its own. */
export interface ProviderRequest {
  readonly typeName: string;
  readonly id: string;
  readonly config?: DynamicValue;
  readonly priorState?: DynamicValue;
  readonly proposedNewState?: DynamicValue;
  readonly plannedState?: DynamicValue;
  readonly currentState?: DynamicValue;
  readonly rawState?: { readonly json: Uint8Array };
  readonly private: Uint8Array;
  readonly priorPrivate: Uint8Array;
  readonly plannedPrivate: Uint8Array;
}

export type ProviderAnswer = Readonly<Record<string, unknown>>;

/** The service for `@grpc/grpc-js`. */
export function providerService(): ServiceDefinition {
  const { root } = parse(PROTO);
  const methods = Object.values(root.lookupService('tfplugin6.Provider').methods);
  return Object.fromEntries(
    methods.map(({ name, requestType, responseType }) => {
      const request = root.lookupType(`tfplugin6.${requestType}`);
      const answer = root.lookupType(`tfplugin6.${responseType}`);
      return [
        name,
        {
          path: `/tfplugin6.Provider/${name}`,
          requestStream: false,
          responseStream: false,
          requestSerialize: writer(request),
          requestDeserialize: (bytes: Buffer) => request.decode(bytes),
          responseSerialize: writer(answer),
          responseDeserialize: (bytes: Buffer) => answer.decode(bytes),
        },
      ];
    }),
  );
}

function writer(type: Type): (message: object) => Buffer {
  return (message) => Buffer.from(type.encode(message).finish());
}
