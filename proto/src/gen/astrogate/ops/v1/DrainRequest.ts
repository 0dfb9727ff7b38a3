// Original file: proto/astrogate/ops/v1/ops.proto


export interface DrainRequest {
}

export interface DrainRequest__Output {
}
