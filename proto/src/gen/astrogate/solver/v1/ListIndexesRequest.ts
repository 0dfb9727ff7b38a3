// Original file: proto/astrogate/solver/v1/solver.proto


export interface ListIndexesRequest {
}

export interface ListIndexesRequest__Output {
}
