// Original file: proto/astrogate/ops/v1/ops.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DrainRequest as _astrogate_ops_v1_DrainRequest, DrainRequest__Output as _astrogate_ops_v1_DrainRequest__Output } from '../../../astrogate/ops/v1/DrainRequest.js';
import type { DrainResponse as _astrogate_ops_v1_DrainResponse, DrainResponse__Output as _astrogate_ops_v1_DrainResponse__Output } from '../../../astrogate/ops/v1/DrainResponse.js';
import type { GetStatusRequest as _astrogate_ops_v1_GetStatusRequest, GetStatusRequest__Output as _astrogate_ops_v1_GetStatusRequest__Output } from '../../../astrogate/ops/v1/GetStatusRequest.js';
import type { GetStatusResponse as _astrogate_ops_v1_GetStatusResponse, GetStatusResponse__Output as _astrogate_ops_v1_GetStatusResponse__Output } from '../../../astrogate/ops/v1/GetStatusResponse.js';
import type { ListSandboxesRequest as _astrogate_ops_v1_ListSandboxesRequest, ListSandboxesRequest__Output as _astrogate_ops_v1_ListSandboxesRequest__Output } from '../../../astrogate/ops/v1/ListSandboxesRequest.js';
import type { ListSandboxesResponse as _astrogate_ops_v1_ListSandboxesResponse, ListSandboxesResponse__Output as _astrogate_ops_v1_ListSandboxesResponse__Output } from '../../../astrogate/ops/v1/ListSandboxesResponse.js';
import type { LogLine as _astrogate_ops_v1_LogLine, LogLine__Output as _astrogate_ops_v1_LogLine__Output } from '../../../astrogate/ops/v1/LogLine.js';
import type { TailLogsRequest as _astrogate_ops_v1_TailLogsRequest, TailLogsRequest__Output as _astrogate_ops_v1_TailLogsRequest__Output } from '../../../astrogate/ops/v1/TailLogsRequest.js';

export interface OpsServiceClient extends grpc.Client {
  /**
   * Stops taking new attempts, lets running ones finish, and answers when none runs or the deadline of the call
   * has passed. It cannot be undone; the process goes on until it gets SIGTERM.
   */
  Drain(argument: _astrogate_ops_v1_DrainRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  Drain(argument: _astrogate_ops_v1_DrainRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_ops_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  Drain(argument: _astrogate_ops_v1_DrainRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  Drain(argument: _astrogate_ops_v1_DrainRequest, callback: grpc.requestCallback<_astrogate_ops_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stops taking new attempts, lets running ones finish, and answers when none runs or the deadline of the call
   * has passed. It cannot be undone; the process goes on until it gets SIGTERM.
   */
  drain(argument: _astrogate_ops_v1_DrainRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  drain(argument: _astrogate_ops_v1_DrainRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_ops_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  drain(argument: _astrogate_ops_v1_DrainRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_DrainResponse__Output>): grpc.ClientUnaryCall;
  drain(argument: _astrogate_ops_v1_DrainRequest, callback: grpc.requestCallback<_astrogate_ops_v1_DrainResponse__Output>): grpc.ClientUnaryCall;

  GetStatus(argument: _astrogate_ops_v1_GetStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  GetStatus(argument: _astrogate_ops_v1_GetStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_ops_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  GetStatus(argument: _astrogate_ops_v1_GetStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  GetStatus(argument: _astrogate_ops_v1_GetStatusRequest, callback: grpc.requestCallback<_astrogate_ops_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _astrogate_ops_v1_GetStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _astrogate_ops_v1_GetStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_ops_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _astrogate_ops_v1_GetStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _astrogate_ops_v1_GetStatusRequest, callback: grpc.requestCallback<_astrogate_ops_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;

  /**
   * The sandboxes of this solver that exist now.
   */
  ListSandboxes(argument: _astrogate_ops_v1_ListSandboxesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_ListSandboxesResponse__Output>): grpc.ClientUnaryCall;
  ListSandboxes(argument: _astrogate_ops_v1_ListSandboxesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_ops_v1_ListSandboxesResponse__Output>): grpc.ClientUnaryCall;
  ListSandboxes(argument: _astrogate_ops_v1_ListSandboxesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_ListSandboxesResponse__Output>): grpc.ClientUnaryCall;
  ListSandboxes(argument: _astrogate_ops_v1_ListSandboxesRequest, callback: grpc.requestCallback<_astrogate_ops_v1_ListSandboxesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The sandboxes of this solver that exist now.
   */
  listSandboxes(argument: _astrogate_ops_v1_ListSandboxesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_ListSandboxesResponse__Output>): grpc.ClientUnaryCall;
  listSandboxes(argument: _astrogate_ops_v1_ListSandboxesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_ops_v1_ListSandboxesResponse__Output>): grpc.ClientUnaryCall;
  listSandboxes(argument: _astrogate_ops_v1_ListSandboxesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_ops_v1_ListSandboxesResponse__Output>): grpc.ClientUnaryCall;
  listSandboxes(argument: _astrogate_ops_v1_ListSandboxesRequest, callback: grpc.requestCallback<_astrogate_ops_v1_ListSandboxesResponse__Output>): grpc.ClientUnaryCall;

  /**
   * The last log lines of this solver, then new ones as they come when follow is set.
   */
  TailLogs(argument: _astrogate_ops_v1_TailLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_astrogate_ops_v1_LogLine__Output>;
  TailLogs(argument: _astrogate_ops_v1_TailLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_astrogate_ops_v1_LogLine__Output>;
  /**
   * The last log lines of this solver, then new ones as they come when follow is set.
   */
  tailLogs(argument: _astrogate_ops_v1_TailLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_astrogate_ops_v1_LogLine__Output>;
  tailLogs(argument: _astrogate_ops_v1_TailLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_astrogate_ops_v1_LogLine__Output>;

}

export interface OpsServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Stops taking new attempts, lets running ones finish, and answers when none runs or the deadline of the call
   * has passed. It cannot be undone; the process goes on until it gets SIGTERM.
   */
  Drain: grpc.handleUnaryCall<_astrogate_ops_v1_DrainRequest__Output, _astrogate_ops_v1_DrainResponse>;

  GetStatus: grpc.handleUnaryCall<_astrogate_ops_v1_GetStatusRequest__Output, _astrogate_ops_v1_GetStatusResponse>;

  /**
   * The sandboxes of this solver that exist now.
   */
  ListSandboxes: grpc.handleUnaryCall<_astrogate_ops_v1_ListSandboxesRequest__Output, _astrogate_ops_v1_ListSandboxesResponse>;

  /**
   * The last log lines of this solver, then new ones as they come when follow is set.
   */
  TailLogs: grpc.handleServerStreamingCall<_astrogate_ops_v1_TailLogsRequest__Output, _astrogate_ops_v1_LogLine>;

}

export interface OpsServiceDefinition extends grpc.ServiceDefinition {
  Drain: MethodDefinition<_astrogate_ops_v1_DrainRequest, _astrogate_ops_v1_DrainResponse, _astrogate_ops_v1_DrainRequest__Output, _astrogate_ops_v1_DrainResponse__Output>
  GetStatus: MethodDefinition<_astrogate_ops_v1_GetStatusRequest, _astrogate_ops_v1_GetStatusResponse, _astrogate_ops_v1_GetStatusRequest__Output, _astrogate_ops_v1_GetStatusResponse__Output>
  ListSandboxes: MethodDefinition<_astrogate_ops_v1_ListSandboxesRequest, _astrogate_ops_v1_ListSandboxesResponse, _astrogate_ops_v1_ListSandboxesRequest__Output, _astrogate_ops_v1_ListSandboxesResponse__Output>
  TailLogs: MethodDefinition<_astrogate_ops_v1_TailLogsRequest, _astrogate_ops_v1_LogLine, _astrogate_ops_v1_TailLogsRequest__Output, _astrogate_ops_v1_LogLine__Output>
}
