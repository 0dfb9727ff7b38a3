// Original file: proto/astrogate/ops/v1/ops.proto


export interface ListSandboxesRequest {
}

export interface ListSandboxesRequest__Output {
}
