// Original file: proto/astrogate/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetCapabilitiesRequest as _astrogate_admin_v1_GetCapabilitiesRequest, GetCapabilitiesRequest__Output as _astrogate_admin_v1_GetCapabilitiesRequest__Output } from '../../../astrogate/admin/v1/GetCapabilitiesRequest.js';
import type { GetCapabilitiesResponse as _astrogate_admin_v1_GetCapabilitiesResponse, GetCapabilitiesResponse__Output as _astrogate_admin_v1_GetCapabilitiesResponse__Output } from '../../../astrogate/admin/v1/GetCapabilitiesResponse.js';
import type { ListTargetsRequest as _astrogate_admin_v1_ListTargetsRequest, ListTargetsRequest__Output as _astrogate_admin_v1_ListTargetsRequest__Output } from '../../../astrogate/admin/v1/ListTargetsRequest.js';
import type { ListTargetsResponse as _astrogate_admin_v1_ListTargetsResponse, ListTargetsResponse__Output as _astrogate_admin_v1_ListTargetsResponse__Output } from '../../../astrogate/admin/v1/ListTargetsResponse.js';
import type { TargetRequest as _astrogate_admin_v1_TargetRequest, TargetRequest__Output as _astrogate_admin_v1_TargetRequest__Output } from '../../../astrogate/admin/v1/TargetRequest.js';
import type { TargetResponse as _astrogate_admin_v1_TargetResponse, TargetResponse__Output as _astrogate_admin_v1_TargetResponse__Output } from '../../../astrogate/admin/v1/TargetResponse.js';

export interface AdminServiceClient extends grpc.Client {
  /**
   * What this solver can do.
   */
  GetCapabilities(argument: _astrogate_admin_v1_GetCapabilitiesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_GetCapabilitiesResponse__Output>): grpc.ClientUnaryCall;
  GetCapabilities(argument: _astrogate_admin_v1_GetCapabilitiesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_GetCapabilitiesResponse__Output>): grpc.ClientUnaryCall;
  GetCapabilities(argument: _astrogate_admin_v1_GetCapabilitiesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_GetCapabilitiesResponse__Output>): grpc.ClientUnaryCall;
  GetCapabilities(argument: _astrogate_admin_v1_GetCapabilitiesRequest, callback: grpc.requestCallback<_astrogate_admin_v1_GetCapabilitiesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * What this solver can do.
   */
  getCapabilities(argument: _astrogate_admin_v1_GetCapabilitiesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_GetCapabilitiesResponse__Output>): grpc.ClientUnaryCall;
  getCapabilities(argument: _astrogate_admin_v1_GetCapabilitiesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_GetCapabilitiesResponse__Output>): grpc.ClientUnaryCall;
  getCapabilities(argument: _astrogate_admin_v1_GetCapabilitiesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_GetCapabilitiesResponse__Output>): grpc.ClientUnaryCall;
  getCapabilities(argument: _astrogate_admin_v1_GetCapabilitiesRequest, callback: grpc.requestCallback<_astrogate_admin_v1_GetCapabilitiesResponse__Output>): grpc.ClientUnaryCall;

  /**
   * The configured targets and the state of their containers.
   */
  ListTargets(argument: _astrogate_admin_v1_ListTargetsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_ListTargetsResponse__Output>): grpc.ClientUnaryCall;
  ListTargets(argument: _astrogate_admin_v1_ListTargetsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_ListTargetsResponse__Output>): grpc.ClientUnaryCall;
  ListTargets(argument: _astrogate_admin_v1_ListTargetsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_ListTargetsResponse__Output>): grpc.ClientUnaryCall;
  ListTargets(argument: _astrogate_admin_v1_ListTargetsRequest, callback: grpc.requestCallback<_astrogate_admin_v1_ListTargetsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The configured targets and the state of their containers.
   */
  listTargets(argument: _astrogate_admin_v1_ListTargetsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_ListTargetsResponse__Output>): grpc.ClientUnaryCall;
  listTargets(argument: _astrogate_admin_v1_ListTargetsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_ListTargetsResponse__Output>): grpc.ClientUnaryCall;
  listTargets(argument: _astrogate_admin_v1_ListTargetsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_ListTargetsResponse__Output>): grpc.ClientUnaryCall;
  listTargets(argument: _astrogate_admin_v1_ListTargetsRequest, callback: grpc.requestCallback<_astrogate_admin_v1_ListTargetsResponse__Output>): grpc.ClientUnaryCall;

  /**
   * Sends SIGHUP to the main process. The answer says only that it was sent and that the container still runs.
   */
  ReloadTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  ReloadTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  ReloadTarget(argument: _astrogate_admin_v1_TargetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  ReloadTarget(argument: _astrogate_admin_v1_TargetRequest, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Sends SIGHUP to the main process. The answer says only that it was sent and that the container still runs.
   */
  reloadTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  reloadTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  reloadTarget(argument: _astrogate_admin_v1_TargetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  reloadTarget(argument: _astrogate_admin_v1_TargetRequest, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;

  /**
   * All four answer when the container has the new state. Errors: NOT_FOUND (no such alias, or no container
   * carries its labels), FAILED_PRECONDITION (more than one container carries them, or ReloadTarget on a target
   * that does not run, or the engine refuses), UNAVAILABLE (no engine), RESOURCE_EXHAUSTED (too many acts of this
   * identity; trailer grpc-retry-pushback-ms says how long to wait), DEADLINE_EXCEEDED.
   */
  RestartTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  RestartTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  RestartTarget(argument: _astrogate_admin_v1_TargetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  RestartTarget(argument: _astrogate_admin_v1_TargetRequest, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  /**
   * All four answer when the container has the new state. Errors: NOT_FOUND (no such alias, or no container
   * carries its labels), FAILED_PRECONDITION (more than one container carries them, or ReloadTarget on a target
   * that does not run, or the engine refuses), UNAVAILABLE (no engine), RESOURCE_EXHAUSTED (too many acts of this
   * identity; trailer grpc-retry-pushback-ms says how long to wait), DEADLINE_EXCEEDED.
   */
  restartTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  restartTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  restartTarget(argument: _astrogate_admin_v1_TargetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  restartTarget(argument: _astrogate_admin_v1_TargetRequest, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;

  StartTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  StartTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  StartTarget(argument: _astrogate_admin_v1_TargetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  StartTarget(argument: _astrogate_admin_v1_TargetRequest, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  startTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  startTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  startTarget(argument: _astrogate_admin_v1_TargetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  startTarget(argument: _astrogate_admin_v1_TargetRequest, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;

  StopTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  StopTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  StopTarget(argument: _astrogate_admin_v1_TargetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  StopTarget(argument: _astrogate_admin_v1_TargetRequest, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  stopTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  stopTarget(argument: _astrogate_admin_v1_TargetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  stopTarget(argument: _astrogate_admin_v1_TargetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;
  stopTarget(argument: _astrogate_admin_v1_TargetRequest, callback: grpc.requestCallback<_astrogate_admin_v1_TargetResponse__Output>): grpc.ClientUnaryCall;

}

export interface AdminServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * What this solver can do.
   */
  GetCapabilities: grpc.handleUnaryCall<_astrogate_admin_v1_GetCapabilitiesRequest__Output, _astrogate_admin_v1_GetCapabilitiesResponse>;

  /**
   * The configured targets and the state of their containers.
   */
  ListTargets: grpc.handleUnaryCall<_astrogate_admin_v1_ListTargetsRequest__Output, _astrogate_admin_v1_ListTargetsResponse>;

  /**
   * Sends SIGHUP to the main process. The answer says only that it was sent and that the container still runs.
   */
  ReloadTarget: grpc.handleUnaryCall<_astrogate_admin_v1_TargetRequest__Output, _astrogate_admin_v1_TargetResponse>;

  /**
   * All four answer when the container has the new state. Errors: NOT_FOUND (no such alias, or no container
   * carries its labels), FAILED_PRECONDITION (more than one container carries them, or ReloadTarget on a target
   * that does not run, or the engine refuses), UNAVAILABLE (no engine), RESOURCE_EXHAUSTED (too many acts of this
   * identity; trailer grpc-retry-pushback-ms says how long to wait), DEADLINE_EXCEEDED.
   */
  RestartTarget: grpc.handleUnaryCall<_astrogate_admin_v1_TargetRequest__Output, _astrogate_admin_v1_TargetResponse>;

  StartTarget: grpc.handleUnaryCall<_astrogate_admin_v1_TargetRequest__Output, _astrogate_admin_v1_TargetResponse>;

  StopTarget: grpc.handleUnaryCall<_astrogate_admin_v1_TargetRequest__Output, _astrogate_admin_v1_TargetResponse>;

}

export interface AdminServiceDefinition extends grpc.ServiceDefinition {
  GetCapabilities: MethodDefinition<_astrogate_admin_v1_GetCapabilitiesRequest, _astrogate_admin_v1_GetCapabilitiesResponse, _astrogate_admin_v1_GetCapabilitiesRequest__Output, _astrogate_admin_v1_GetCapabilitiesResponse__Output>
  ListTargets: MethodDefinition<_astrogate_admin_v1_ListTargetsRequest, _astrogate_admin_v1_ListTargetsResponse, _astrogate_admin_v1_ListTargetsRequest__Output, _astrogate_admin_v1_ListTargetsResponse__Output>
  ReloadTarget: MethodDefinition<_astrogate_admin_v1_TargetRequest, _astrogate_admin_v1_TargetResponse, _astrogate_admin_v1_TargetRequest__Output, _astrogate_admin_v1_TargetResponse__Output>
  RestartTarget: MethodDefinition<_astrogate_admin_v1_TargetRequest, _astrogate_admin_v1_TargetResponse, _astrogate_admin_v1_TargetRequest__Output, _astrogate_admin_v1_TargetResponse__Output>
  StartTarget: MethodDefinition<_astrogate_admin_v1_TargetRequest, _astrogate_admin_v1_TargetResponse, _astrogate_admin_v1_TargetRequest__Output, _astrogate_admin_v1_TargetResponse__Output>
  StopTarget: MethodDefinition<_astrogate_admin_v1_TargetRequest, _astrogate_admin_v1_TargetResponse, _astrogate_admin_v1_TargetRequest__Output, _astrogate_admin_v1_TargetResponse__Output>
}
