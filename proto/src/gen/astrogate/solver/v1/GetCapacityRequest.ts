// Original file: proto/astrogate/solver/v1/solver.proto


export interface GetCapacityRequest {
}

export interface GetCapacityRequest__Output {
}
