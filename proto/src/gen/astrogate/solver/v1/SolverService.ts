// Original file: proto/astrogate/solver/v1/solver.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetCapacityRequest as _astrogate_solver_v1_GetCapacityRequest, GetCapacityRequest__Output as _astrogate_solver_v1_GetCapacityRequest__Output } from '../../../astrogate/solver/v1/GetCapacityRequest.js';
import type { GetCapacityResponse as _astrogate_solver_v1_GetCapacityResponse, GetCapacityResponse__Output as _astrogate_solver_v1_GetCapacityResponse__Output } from '../../../astrogate/solver/v1/GetCapacityResponse.js';
import type { ListIndexesRequest as _astrogate_solver_v1_ListIndexesRequest, ListIndexesRequest__Output as _astrogate_solver_v1_ListIndexesRequest__Output } from '../../../astrogate/solver/v1/ListIndexesRequest.js';
import type { ListIndexesResponse as _astrogate_solver_v1_ListIndexesResponse, ListIndexesResponse__Output as _astrogate_solver_v1_ListIndexesResponse__Output } from '../../../astrogate/solver/v1/ListIndexesResponse.js';
import type { SolveEvent as _astrogate_solver_v1_SolveEvent, SolveEvent__Output as _astrogate_solver_v1_SolveEvent__Output } from '../../../astrogate/solver/v1/SolveEvent.js';
import type { SolveRequest as _astrogate_solver_v1_SolveRequest, SolveRequest__Output as _astrogate_solver_v1_SolveRequest__Output } from '../../../astrogate/solver/v1/SolveRequest.js';

export interface SolverServiceClient extends grpc.Client {
  /**
   * How many attempts run now and how many may.
   */
  GetCapacity(argument: _astrogate_solver_v1_GetCapacityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_solver_v1_GetCapacityResponse__Output>): grpc.ClientUnaryCall;
  GetCapacity(argument: _astrogate_solver_v1_GetCapacityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_solver_v1_GetCapacityResponse__Output>): grpc.ClientUnaryCall;
  GetCapacity(argument: _astrogate_solver_v1_GetCapacityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_solver_v1_GetCapacityResponse__Output>): grpc.ClientUnaryCall;
  GetCapacity(argument: _astrogate_solver_v1_GetCapacityRequest, callback: grpc.requestCallback<_astrogate_solver_v1_GetCapacityResponse__Output>): grpc.ClientUnaryCall;
  /**
   * How many attempts run now and how many may.
   */
  getCapacity(argument: _astrogate_solver_v1_GetCapacityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_solver_v1_GetCapacityResponse__Output>): grpc.ClientUnaryCall;
  getCapacity(argument: _astrogate_solver_v1_GetCapacityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_solver_v1_GetCapacityResponse__Output>): grpc.ClientUnaryCall;
  getCapacity(argument: _astrogate_solver_v1_GetCapacityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_solver_v1_GetCapacityResponse__Output>): grpc.ClientUnaryCall;
  getCapacity(argument: _astrogate_solver_v1_GetCapacityRequest, callback: grpc.requestCallback<_astrogate_solver_v1_GetCapacityResponse__Output>): grpc.ClientUnaryCall;

  /**
   * The star indexes that sandboxes can use.
   */
  ListIndexes(argument: _astrogate_solver_v1_ListIndexesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_solver_v1_ListIndexesResponse__Output>): grpc.ClientUnaryCall;
  ListIndexes(argument: _astrogate_solver_v1_ListIndexesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_solver_v1_ListIndexesResponse__Output>): grpc.ClientUnaryCall;
  ListIndexes(argument: _astrogate_solver_v1_ListIndexesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_solver_v1_ListIndexesResponse__Output>): grpc.ClientUnaryCall;
  ListIndexes(argument: _astrogate_solver_v1_ListIndexesRequest, callback: grpc.requestCallback<_astrogate_solver_v1_ListIndexesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The star indexes that sandboxes can use.
   */
  listIndexes(argument: _astrogate_solver_v1_ListIndexesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_solver_v1_ListIndexesResponse__Output>): grpc.ClientUnaryCall;
  listIndexes(argument: _astrogate_solver_v1_ListIndexesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_astrogate_solver_v1_ListIndexesResponse__Output>): grpc.ClientUnaryCall;
  listIndexes(argument: _astrogate_solver_v1_ListIndexesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_astrogate_solver_v1_ListIndexesResponse__Output>): grpc.ClientUnaryCall;
  listIndexes(argument: _astrogate_solver_v1_ListIndexesRequest, callback: grpc.requestCallback<_astrogate_solver_v1_ListIndexesResponse__Output>): grpc.ClientUnaryCall;

  /**
   * Runs one attempt. The client sends one SolveHeader, then the upload as chunks, then half-closes. The server
   * sends Accepted, Started, any number of Progress and exactly one Outcome, then ends the stream with OK.
   * A status other than OK means that the attempt did not end by itself:
   * INVALID_ARGUMENT    a header field is missing or out of range, or no deadline was set
   * DATA_LOSS           size or sha256 of the chunks differ from the header
   * RESOURCE_EXHAUSTED  no slot came free in time ("busy"), or more bytes than the header said
   * UNAVAILABLE         the engine does not answer, or the solver is draining
   * DEADLINE_EXCEEDED, CANCELLED, INTERNAL
   * The trailer "error-code" carries the code of the error table.
   */
  Solve(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_astrogate_solver_v1_SolveRequest, _astrogate_solver_v1_SolveEvent__Output>;
  Solve(options?: grpc.CallOptions): grpc.ClientDuplexStream<_astrogate_solver_v1_SolveRequest, _astrogate_solver_v1_SolveEvent__Output>;
  /**
   * Runs one attempt. The client sends one SolveHeader, then the upload as chunks, then half-closes. The server
   * sends Accepted, Started, any number of Progress and exactly one Outcome, then ends the stream with OK.
   * A status other than OK means that the attempt did not end by itself:
   * INVALID_ARGUMENT    a header field is missing or out of range, or no deadline was set
   * DATA_LOSS           size or sha256 of the chunks differ from the header
   * RESOURCE_EXHAUSTED  no slot came free in time ("busy"), or more bytes than the header said
   * UNAVAILABLE         the engine does not answer, or the solver is draining
   * DEADLINE_EXCEEDED, CANCELLED, INTERNAL
   * The trailer "error-code" carries the code of the error table.
   */
  solve(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_astrogate_solver_v1_SolveRequest, _astrogate_solver_v1_SolveEvent__Output>;
  solve(options?: grpc.CallOptions): grpc.ClientDuplexStream<_astrogate_solver_v1_SolveRequest, _astrogate_solver_v1_SolveEvent__Output>;

}

export interface SolverServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * How many attempts run now and how many may.
   */
  GetCapacity: grpc.handleUnaryCall<_astrogate_solver_v1_GetCapacityRequest__Output, _astrogate_solver_v1_GetCapacityResponse>;

  /**
   * The star indexes that sandboxes can use.
   */
  ListIndexes: grpc.handleUnaryCall<_astrogate_solver_v1_ListIndexesRequest__Output, _astrogate_solver_v1_ListIndexesResponse>;

  /**
   * Runs one attempt. The client sends one SolveHeader, then the upload as chunks, then half-closes. The server
   * sends Accepted, Started, any number of Progress and exactly one Outcome, then ends the stream with OK.
   * A status other than OK means that the attempt did not end by itself:
   * INVALID_ARGUMENT    a header field is missing or out of range, or no deadline was set
   * DATA_LOSS           size or sha256 of the chunks differ from the header
   * RESOURCE_EXHAUSTED  no slot came free in time ("busy"), or more bytes than the header said
   * UNAVAILABLE         the engine does not answer, or the solver is draining
   * DEADLINE_EXCEEDED, CANCELLED, INTERNAL
   * The trailer "error-code" carries the code of the error table.
   */
  Solve: grpc.handleBidiStreamingCall<_astrogate_solver_v1_SolveRequest__Output, _astrogate_solver_v1_SolveEvent>;

}

export interface SolverServiceDefinition extends grpc.ServiceDefinition {
  GetCapacity: MethodDefinition<_astrogate_solver_v1_GetCapacityRequest, _astrogate_solver_v1_GetCapacityResponse, _astrogate_solver_v1_GetCapacityRequest__Output, _astrogate_solver_v1_GetCapacityResponse__Output>
  ListIndexes: MethodDefinition<_astrogate_solver_v1_ListIndexesRequest, _astrogate_solver_v1_ListIndexesResponse, _astrogate_solver_v1_ListIndexesRequest__Output, _astrogate_solver_v1_ListIndexesResponse__Output>
  Solve: MethodDefinition<_astrogate_solver_v1_SolveRequest, _astrogate_solver_v1_SolveEvent, _astrogate_solver_v1_SolveRequest__Output, _astrogate_solver_v1_SolveEvent__Output>
}
