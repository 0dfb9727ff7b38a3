import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { DrainRequest as _astrogate_ops_v1_DrainRequest, DrainRequest__Output as _astrogate_ops_v1_DrainRequest__Output } from './astrogate/ops/v1/DrainRequest.js';
import type { DrainResponse as _astrogate_ops_v1_DrainResponse, DrainResponse__Output as _astrogate_ops_v1_DrainResponse__Output } from './astrogate/ops/v1/DrainResponse.js';
import type { Ended as _astrogate_ops_v1_Ended, Ended__Output as _astrogate_ops_v1_Ended__Output } from './astrogate/ops/v1/Ended.js';
import type { Engine as _astrogate_ops_v1_Engine, Engine__Output as _astrogate_ops_v1_Engine__Output } from './astrogate/ops/v1/Engine.js';
import type { EventLoopDelay as _astrogate_ops_v1_EventLoopDelay, EventLoopDelay__Output as _astrogate_ops_v1_EventLoopDelay__Output } from './astrogate/ops/v1/EventLoopDelay.js';
import type { GetStatusRequest as _astrogate_ops_v1_GetStatusRequest, GetStatusRequest__Output as _astrogate_ops_v1_GetStatusRequest__Output } from './astrogate/ops/v1/GetStatusRequest.js';
import type { GetStatusResponse as _astrogate_ops_v1_GetStatusResponse, GetStatusResponse__Output as _astrogate_ops_v1_GetStatusResponse__Output } from './astrogate/ops/v1/GetStatusResponse.js';
import type { ListSandboxesRequest as _astrogate_ops_v1_ListSandboxesRequest, ListSandboxesRequest__Output as _astrogate_ops_v1_ListSandboxesRequest__Output } from './astrogate/ops/v1/ListSandboxesRequest.js';
import type { ListSandboxesResponse as _astrogate_ops_v1_ListSandboxesResponse, ListSandboxesResponse__Output as _astrogate_ops_v1_ListSandboxesResponse__Output } from './astrogate/ops/v1/ListSandboxesResponse.js';
import type { LogLine as _astrogate_ops_v1_LogLine, LogLine__Output as _astrogate_ops_v1_LogLine__Output } from './astrogate/ops/v1/LogLine.js';
import type { OpsServiceClient as _astrogate_ops_v1_OpsServiceClient, OpsServiceDefinition as _astrogate_ops_v1_OpsServiceDefinition } from './astrogate/ops/v1/OpsService.js';
import type { SandboxInfo as _astrogate_ops_v1_SandboxInfo, SandboxInfo__Output as _astrogate_ops_v1_SandboxInfo__Output } from './astrogate/ops/v1/SandboxInfo.js';
import type { TailLogsRequest as _astrogate_ops_v1_TailLogsRequest, TailLogsRequest__Output as _astrogate_ops_v1_TailLogsRequest__Output } from './astrogate/ops/v1/TailLogsRequest.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  astrogate: {
    ops: {
      v1: {
        DrainRequest: MessageTypeDefinition<_astrogate_ops_v1_DrainRequest, _astrogate_ops_v1_DrainRequest__Output>
        DrainResponse: MessageTypeDefinition<_astrogate_ops_v1_DrainResponse, _astrogate_ops_v1_DrainResponse__Output>
        Ended: MessageTypeDefinition<_astrogate_ops_v1_Ended, _astrogate_ops_v1_Ended__Output>
        Engine: MessageTypeDefinition<_astrogate_ops_v1_Engine, _astrogate_ops_v1_Engine__Output>
        EventLoopDelay: MessageTypeDefinition<_astrogate_ops_v1_EventLoopDelay, _astrogate_ops_v1_EventLoopDelay__Output>
        GetStatusRequest: MessageTypeDefinition<_astrogate_ops_v1_GetStatusRequest, _astrogate_ops_v1_GetStatusRequest__Output>
        GetStatusResponse: MessageTypeDefinition<_astrogate_ops_v1_GetStatusResponse, _astrogate_ops_v1_GetStatusResponse__Output>
        ListSandboxesRequest: MessageTypeDefinition<_astrogate_ops_v1_ListSandboxesRequest, _astrogate_ops_v1_ListSandboxesRequest__Output>
        ListSandboxesResponse: MessageTypeDefinition<_astrogate_ops_v1_ListSandboxesResponse, _astrogate_ops_v1_ListSandboxesResponse__Output>
        LogLine: MessageTypeDefinition<_astrogate_ops_v1_LogLine, _astrogate_ops_v1_LogLine__Output>
        OpsService: SubtypeConstructor<typeof grpc.Client, _astrogate_ops_v1_OpsServiceClient> & { service: _astrogate_ops_v1_OpsServiceDefinition }
        SandboxInfo: MessageTypeDefinition<_astrogate_ops_v1_SandboxInfo, _astrogate_ops_v1_SandboxInfo__Output>
        SolverState: EnumTypeDefinition
        TailLogsRequest: MessageTypeDefinition<_astrogate_ops_v1_TailLogsRequest, _astrogate_ops_v1_TailLogsRequest__Output>
      }
    }
  }
}

