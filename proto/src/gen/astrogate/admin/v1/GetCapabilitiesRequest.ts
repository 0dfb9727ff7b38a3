// Original file: proto/astrogate/admin/v1/admin.proto


export interface GetCapabilitiesRequest {
}

export interface GetCapabilitiesRequest__Output {
}
