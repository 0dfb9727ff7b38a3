// Original file: proto/astrogate/admin/v1/admin.proto


export interface ListTargetsRequest {
}

export interface ListTargetsRequest__Output {
}
