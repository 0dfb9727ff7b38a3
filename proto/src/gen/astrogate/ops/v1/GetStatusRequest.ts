// Original file: proto/astrogate/ops/v1/ops.proto


export interface GetStatusRequest {
}

export interface GetStatusRequest__Output {
}
