import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AdminServiceClient as _astrogate_admin_v1_AdminServiceClient, AdminServiceDefinition as _astrogate_admin_v1_AdminServiceDefinition } from './astrogate/admin/v1/AdminService.js';
import type { GetCapabilitiesRequest as _astrogate_admin_v1_GetCapabilitiesRequest, GetCapabilitiesRequest__Output as _astrogate_admin_v1_GetCapabilitiesRequest__Output } from './astrogate/admin/v1/GetCapabilitiesRequest.js';
import type { GetCapabilitiesResponse as _astrogate_admin_v1_GetCapabilitiesResponse, GetCapabilitiesResponse__Output as _astrogate_admin_v1_GetCapabilitiesResponse__Output } from './astrogate/admin/v1/GetCapabilitiesResponse.js';
import type { ListTargetsRequest as _astrogate_admin_v1_ListTargetsRequest, ListTargetsRequest__Output as _astrogate_admin_v1_ListTargetsRequest__Output } from './astrogate/admin/v1/ListTargetsRequest.js';
import type { ListTargetsResponse as _astrogate_admin_v1_ListTargetsResponse, ListTargetsResponse__Output as _astrogate_admin_v1_ListTargetsResponse__Output } from './astrogate/admin/v1/ListTargetsResponse.js';
import type { Target as _astrogate_admin_v1_Target, Target__Output as _astrogate_admin_v1_Target__Output } from './astrogate/admin/v1/Target.js';
import type { TargetRequest as _astrogate_admin_v1_TargetRequest, TargetRequest__Output as _astrogate_admin_v1_TargetRequest__Output } from './astrogate/admin/v1/TargetRequest.js';
import type { TargetResponse as _astrogate_admin_v1_TargetResponse, TargetResponse__Output as _astrogate_admin_v1_TargetResponse__Output } from './astrogate/admin/v1/TargetResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  astrogate: {
    admin: {
      v1: {
        AdminService: SubtypeConstructor<typeof grpc.Client, _astrogate_admin_v1_AdminServiceClient> & { service: _astrogate_admin_v1_AdminServiceDefinition }
        GetCapabilitiesRequest: MessageTypeDefinition<_astrogate_admin_v1_GetCapabilitiesRequest, _astrogate_admin_v1_GetCapabilitiesRequest__Output>
        GetCapabilitiesResponse: MessageTypeDefinition<_astrogate_admin_v1_GetCapabilitiesResponse, _astrogate_admin_v1_GetCapabilitiesResponse__Output>
        ListTargetsRequest: MessageTypeDefinition<_astrogate_admin_v1_ListTargetsRequest, _astrogate_admin_v1_ListTargetsRequest__Output>
        ListTargetsResponse: MessageTypeDefinition<_astrogate_admin_v1_ListTargetsResponse, _astrogate_admin_v1_ListTargetsResponse__Output>
        Target: MessageTypeDefinition<_astrogate_admin_v1_Target, _astrogate_admin_v1_Target__Output>
        TargetRequest: MessageTypeDefinition<_astrogate_admin_v1_TargetRequest, _astrogate_admin_v1_TargetRequest__Output>
        TargetResponse: MessageTypeDefinition<_astrogate_admin_v1_TargetResponse, _astrogate_admin_v1_TargetResponse__Output>
        TargetState: EnumTypeDefinition
      }
    }
  }
}

