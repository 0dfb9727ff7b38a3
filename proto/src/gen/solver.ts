import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Accepted as _astrogate_solver_v1_Accepted, Accepted__Output as _astrogate_solver_v1_Accepted__Output } from './astrogate/solver/v1/Accepted.js';
import type { Failure as _astrogate_solver_v1_Failure, Failure__Output as _astrogate_solver_v1_Failure__Output } from './astrogate/solver/v1/Failure.js';
import type { GetCapacityRequest as _astrogate_solver_v1_GetCapacityRequest, GetCapacityRequest__Output as _astrogate_solver_v1_GetCapacityRequest__Output } from './astrogate/solver/v1/GetCapacityRequest.js';
import type { GetCapacityResponse as _astrogate_solver_v1_GetCapacityResponse, GetCapacityResponse__Output as _astrogate_solver_v1_GetCapacityResponse__Output } from './astrogate/solver/v1/GetCapacityResponse.js';
import type { Guess as _astrogate_solver_v1_Guess, Guess__Output as _astrogate_solver_v1_Guess__Output } from './astrogate/solver/v1/Guess.js';
import type { Hints as _astrogate_solver_v1_Hints, Hints__Output as _astrogate_solver_v1_Hints__Output } from './astrogate/solver/v1/Hints.js';
import type { JobLimits as _astrogate_solver_v1_JobLimits, JobLimits__Output as _astrogate_solver_v1_JobLimits__Output } from './astrogate/solver/v1/JobLimits.js';
import type { ListIndexesRequest as _astrogate_solver_v1_ListIndexesRequest, ListIndexesRequest__Output as _astrogate_solver_v1_ListIndexesRequest__Output } from './astrogate/solver/v1/ListIndexesRequest.js';
import type { ListIndexesResponse as _astrogate_solver_v1_ListIndexesResponse, ListIndexesResponse__Output as _astrogate_solver_v1_ListIndexesResponse__Output } from './astrogate/solver/v1/ListIndexesResponse.js';
import type { MatchedStar as _astrogate_solver_v1_MatchedStar, MatchedStar__Output as _astrogate_solver_v1_MatchedStar__Output } from './astrogate/solver/v1/MatchedStar.js';
import type { NotSolved as _astrogate_solver_v1_NotSolved, NotSolved__Output as _astrogate_solver_v1_NotSolved__Output } from './astrogate/solver/v1/NotSolved.js';
import type { Outcome as _astrogate_solver_v1_Outcome, Outcome__Output as _astrogate_solver_v1_Outcome__Output } from './astrogate/solver/v1/Outcome.js';
import type { Picture as _astrogate_solver_v1_Picture, Picture__Output as _astrogate_solver_v1_Picture__Output } from './astrogate/solver/v1/Picture.js';
import type { Progress as _astrogate_solver_v1_Progress, Progress__Output as _astrogate_solver_v1_Progress__Output } from './astrogate/solver/v1/Progress.js';
import type { Solution as _astrogate_solver_v1_Solution, Solution__Output as _astrogate_solver_v1_Solution__Output } from './astrogate/solver/v1/Solution.js';
import type { SolveEvent as _astrogate_solver_v1_SolveEvent, SolveEvent__Output as _astrogate_solver_v1_SolveEvent__Output } from './astrogate/solver/v1/SolveEvent.js';
import type { SolveHeader as _astrogate_solver_v1_SolveHeader, SolveHeader__Output as _astrogate_solver_v1_SolveHeader__Output } from './astrogate/solver/v1/SolveHeader.js';
import type { SolveRequest as _astrogate_solver_v1_SolveRequest, SolveRequest__Output as _astrogate_solver_v1_SolveRequest__Output } from './astrogate/solver/v1/SolveRequest.js';
import type { SolverServiceClient as _astrogate_solver_v1_SolverServiceClient, SolverServiceDefinition as _astrogate_solver_v1_SolverServiceDefinition } from './astrogate/solver/v1/SolverService.js';
import type { StageTiming as _astrogate_solver_v1_StageTiming, StageTiming__Output as _astrogate_solver_v1_StageTiming__Output } from './astrogate/solver/v1/StageTiming.js';
import type { Star as _astrogate_solver_v1_Star, Star__Output as _astrogate_solver_v1_Star__Output } from './astrogate/solver/v1/Star.js';
import type { StarIndex as _astrogate_solver_v1_StarIndex, StarIndex__Output as _astrogate_solver_v1_StarIndex__Output } from './astrogate/solver/v1/StarIndex.js';
import type { Started as _astrogate_solver_v1_Started, Started__Output as _astrogate_solver_v1_Started__Output } from './astrogate/solver/v1/Started.js';
import type { Trial as _astrogate_solver_v1_Trial, Trial__Output as _astrogate_solver_v1_Trial__Output } from './astrogate/solver/v1/Trial.js';
import type { Versions as _astrogate_solver_v1_Versions, Versions__Output as _astrogate_solver_v1_Versions__Output } from './astrogate/solver/v1/Versions.js';
import type { Wcs as _astrogate_solver_v1_Wcs, Wcs__Output as _astrogate_solver_v1_Wcs__Output } from './astrogate/solver/v1/Wcs.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  astrogate: {
    solver: {
      v1: {
        Accepted: MessageTypeDefinition<_astrogate_solver_v1_Accepted, _astrogate_solver_v1_Accepted__Output>
        Failure: MessageTypeDefinition<_astrogate_solver_v1_Failure, _astrogate_solver_v1_Failure__Output>
        GetCapacityRequest: MessageTypeDefinition<_astrogate_solver_v1_GetCapacityRequest, _astrogate_solver_v1_GetCapacityRequest__Output>
        GetCapacityResponse: MessageTypeDefinition<_astrogate_solver_v1_GetCapacityResponse, _astrogate_solver_v1_GetCapacityResponse__Output>
        Guess: MessageTypeDefinition<_astrogate_solver_v1_Guess, _astrogate_solver_v1_Guess__Output>
        HintSource: EnumTypeDefinition
        Hints: MessageTypeDefinition<_astrogate_solver_v1_Hints, _astrogate_solver_v1_Hints__Output>
        ImageFormat: EnumTypeDefinition
        JobLimits: MessageTypeDefinition<_astrogate_solver_v1_JobLimits, _astrogate_solver_v1_JobLimits__Output>
        ListIndexesRequest: MessageTypeDefinition<_astrogate_solver_v1_ListIndexesRequest, _astrogate_solver_v1_ListIndexesRequest__Output>
        ListIndexesResponse: MessageTypeDefinition<_astrogate_solver_v1_ListIndexesResponse, _astrogate_solver_v1_ListIndexesResponse__Output>
        MatchedStar: MessageTypeDefinition<_astrogate_solver_v1_MatchedStar, _astrogate_solver_v1_MatchedStar__Output>
        NotSolved: MessageTypeDefinition<_astrogate_solver_v1_NotSolved, _astrogate_solver_v1_NotSolved__Output>
        Outcome: MessageTypeDefinition<_astrogate_solver_v1_Outcome, _astrogate_solver_v1_Outcome__Output>
        Parity: EnumTypeDefinition
        Picture: MessageTypeDefinition<_astrogate_solver_v1_Picture, _astrogate_solver_v1_Picture__Output>
        Progress: MessageTypeDefinition<_astrogate_solver_v1_Progress, _astrogate_solver_v1_Progress__Output>
        Solution: MessageTypeDefinition<_astrogate_solver_v1_Solution, _astrogate_solver_v1_Solution__Output>
        SolveEvent: MessageTypeDefinition<_astrogate_solver_v1_SolveEvent, _astrogate_solver_v1_SolveEvent__Output>
        SolveHeader: MessageTypeDefinition<_astrogate_solver_v1_SolveHeader, _astrogate_solver_v1_SolveHeader__Output>
        SolveRequest: MessageTypeDefinition<_astrogate_solver_v1_SolveRequest, _astrogate_solver_v1_SolveRequest__Output>
        SolverService: SubtypeConstructor<typeof grpc.Client, _astrogate_solver_v1_SolverServiceClient> & { service: _astrogate_solver_v1_SolverServiceDefinition }
        Stage: EnumTypeDefinition
        StageTiming: MessageTypeDefinition<_astrogate_solver_v1_StageTiming, _astrogate_solver_v1_StageTiming__Output>
        Star: MessageTypeDefinition<_astrogate_solver_v1_Star, _astrogate_solver_v1_Star__Output>
        StarIndex: MessageTypeDefinition<_astrogate_solver_v1_StarIndex, _astrogate_solver_v1_StarIndex__Output>
        Started: MessageTypeDefinition<_astrogate_solver_v1_Started, _astrogate_solver_v1_Started__Output>
        Trial: MessageTypeDefinition<_astrogate_solver_v1_Trial, _astrogate_solver_v1_Trial__Output>
        Versions: MessageTypeDefinition<_astrogate_solver_v1_Versions, _astrogate_solver_v1_Versions__Output>
        Wcs: MessageTypeDefinition<_astrogate_solver_v1_Wcs, _astrogate_solver_v1_Wcs__Output>
      }
    }
  }
}

