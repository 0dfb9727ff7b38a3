// Generated from the .proto files; do not edit.
export const descriptor: object = {
 "nested": {
  "astrogate": {
   "nested": {
    "admin": {
     "nested": {
      "v1": {
       "nested": {
        "AdminService": {
         "methods": {
          "GetCapabilities": {
           "requestType": "GetCapabilitiesRequest",
           "responseType": "GetCapabilitiesResponse"
          },
          "ListTargets": {
           "requestType": "ListTargetsRequest",
           "responseType": "ListTargetsResponse"
          },
          "RestartTarget": {
           "requestType": "TargetRequest",
           "responseType": "TargetResponse"
          },
          "StopTarget": {
           "requestType": "TargetRequest",
           "responseType": "TargetResponse"
          },
          "StartTarget": {
           "requestType": "TargetRequest",
           "responseType": "TargetResponse"
          },
          "ReloadTarget": {
           "requestType": "TargetRequest",
           "responseType": "TargetResponse"
          }
         }
        },
        "GetCapabilitiesRequest": {
         "fields": {}
        },
        "GetCapabilitiesResponse": {
         "fields": {
          "engine": {
           "type": "bool",
           "id": 1
          },
          "targets": {
           "rule": "repeated",
           "type": "string",
           "id": 2
          }
         }
        },
        "ListTargetsRequest": {
         "fields": {}
        },
        "ListTargetsResponse": {
         "fields": {
          "targets": {
           "rule": "repeated",
           "type": "Target",
           "id": 1
          }
         }
        },
        "Target": {
         "fields": {
          "alias": {
           "type": "string",
           "id": 1
          },
          "state": {
           "type": "TargetState",
           "id": 2
          },
          "startedAt": {
           "type": "string",
           "id": 3
          },
          "exitCode": {
           "type": "int32",
           "id": 4
          }
         }
        },
        "TargetState": {
         "values": {
          "TARGET_STATE_UNSPECIFIED": 0,
          "TARGET_STATE_ABSENT": 1,
          "TARGET_STATE_RUNNING": 2,
          "TARGET_STATE_EXITED": 3,
          "TARGET_STATE_OTHER": 4,
          "TARGET_STATE_AMBIGUOUS": 5
         }
        },
        "TargetRequest": {
         "oneofs": {
          "_graceSeconds": {
           "oneof": [
            "graceSeconds"
           ]
          }
         },
         "fields": {
          "alias": {
           "type": "string",
           "id": 1
          },
          "actor": {
           "type": "string",
           "id": 2
          },
          "requestId": {
           "type": "string",
           "id": 3
          },
          "graceSeconds": {
           "type": "uint32",
           "id": 4,
           "options": {
            "proto3_optional": true
           }
          }
         }
        },
        "TargetResponse": {
         "fields": {
          "target": {
           "type": "Target",
           "id": 1
          },
          "seconds": {
           "type": "double",
           "id": 2
          }
         }
        }
       }
      }
     }
    },
    "ops": {
     "nested": {
      "v1": {
       "nested": {
        "OpsService": {
         "methods": {
          "GetStatus": {
           "requestType": "GetStatusRequest",
           "responseType": "GetStatusResponse"
          },
          "Drain": {
           "requestType": "DrainRequest",
           "responseType": "DrainResponse"
          },
          "ListSandboxes": {
           "requestType": "ListSandboxesRequest",
           "responseType": "ListSandboxesResponse"
          },
          "TailLogs": {
           "requestType": "TailLogsRequest",
           "responseType": "LogLine",
           "responseStream": true
          }
         }
        },
        "GetStatusRequest": {
         "fields": {}
        },
        "GetStatusResponse": {
         "fields": {
          "state": {
           "type": "SolverState",
           "id": 1
          },
          "version": {
           "type": "string",
           "id": 2
          },
          "uptimeSeconds": {
           "type": "double",
           "id": 3
          },
          "instanceId": {
           "type": "string",
           "id": 4
          },
          "engine": {
           "type": "Engine",
           "id": 5
          },
          "sandboxImage": {
           "type": "string",
           "id": 6
          },
          "slots": {
           "type": "uint32",
           "id": 7
          },
          "running": {
           "type": "uint32",
           "id": 8
          },
          "waiting": {
           "type": "uint32",
           "id": 9
          }
         }
        },
        "SolverState": {
         "values": {
          "SOLVER_STATE_UNSPECIFIED": 0,
          "SOLVER_STATE_SERVING": 1,
          "SOLVER_STATE_ENGINE_LOST": 2,
          "SOLVER_STATE_DRAINING": 3
         }
        },
        "Engine": {
         "fields": {
          "version": {
           "type": "string",
           "id": 1
          },
          "apiVersion": {
           "type": "string",
           "id": 2
          },
          "runtime": {
           "type": "string",
           "id": 3
          },
          "cgroupVersion": {
           "type": "uint32",
           "id": 4
          },
          "kernel": {
           "type": "string",
           "id": 5
          }
         }
        },
        "DrainRequest": {
         "fields": {}
        },
        "DrainResponse": {
         "fields": {
          "running": {
           "type": "uint32",
           "id": 1
          }
         }
        },
        "ListSandboxesRequest": {
         "fields": {}
        },
        "ListSandboxesResponse": {
         "fields": {
          "sandboxes": {
           "rule": "repeated",
           "type": "SandboxInfo",
           "id": 1
          }
         }
        },
        "SandboxInfo": {
         "fields": {
          "sandboxId": {
           "type": "string",
           "id": 1
          },
          "state": {
           "type": "string",
           "id": 2
          },
          "createdAt": {
           "type": "string",
           "id": 3
          },
          "expiresAt": {
           "type": "string",
           "id": 4
          },
          "jobId": {
           "type": "string",
           "id": 5
          }
         }
        },
        "TailLogsRequest": {
         "oneofs": {
          "_lines": {
           "oneof": [
            "lines"
           ]
          }
         },
         "fields": {
          "lines": {
           "type": "uint32",
           "id": 1,
           "options": {
            "proto3_optional": true
           }
          },
          "follow": {
           "type": "bool",
           "id": 2
          }
         }
        },
        "LogLine": {
         "fields": {
          "json": {
           "type": "string",
           "id": 1
          }
         }
        }
       }
      }
     }
    },
    "solver": {
     "nested": {
      "v1": {
       "nested": {
        "SolverService": {
         "methods": {
          "Solve": {
           "requestType": "SolveRequest",
           "requestStream": true,
           "responseType": "SolveEvent",
           "responseStream": true
          },
          "GetCapacity": {
           "requestType": "GetCapacityRequest",
           "responseType": "GetCapacityResponse"
          },
          "ListIndexes": {
           "requestType": "ListIndexesRequest",
           "responseType": "ListIndexesResponse"
          }
         }
        },
        "SolveRequest": {
         "oneofs": {
          "part": {
           "oneof": [
            "header",
            "chunk"
           ]
          }
         },
         "fields": {
          "header": {
           "type": "SolveHeader",
           "id": 1
          },
          "chunk": {
           "type": "bytes",
           "id": 2
          }
         }
        },
        "SolveHeader": {
         "fields": {
          "jobId": {
           "type": "string",
           "id": 1
          },
          "requestId": {
           "type": "string",
           "id": 2
          },
          "callerKey": {
           "type": "string",
           "id": 3
          },
          "uploadBytes": {
           "type": "uint64",
           "id": 4
          },
          "uploadSha256": {
           "type": "bytes",
           "id": 5
          },
          "format": {
           "type": "ImageFormat",
           "id": 6
          },
          "hints": {
           "type": "Hints",
           "id": 7
          },
          "limits": {
           "type": "JobLimits",
           "id": 8
          },
          "guesses": {
           "rule": "repeated",
           "type": "Guess",
           "id": 9
          }
         }
        },
        "ImageFormat": {
         "values": {
          "IMAGE_FORMAT_UNSPECIFIED": 0,
          "IMAGE_FORMAT_JPEG": 1,
          "IMAGE_FORMAT_PNG": 2,
          "IMAGE_FORMAT_TIFF": 3,
          "IMAGE_FORMAT_FITS": 4,
          "IMAGE_FORMAT_PNM": 5,
          "IMAGE_FORMAT_GZIP": 6,
          "IMAGE_FORMAT_RAW": 7
         }
        },
        "Hints": {
         "oneofs": {
          "_scaleLow": {
           "oneof": [
            "scaleLow"
           ]
          },
          "_scaleHigh": {
           "oneof": [
            "scaleHigh"
           ]
          },
          "_widthLow": {
           "oneof": [
            "widthLow"
           ]
          },
          "_widthHigh": {
           "oneof": [
            "widthHigh"
           ]
          },
          "_ra": {
           "oneof": [
            "ra"
           ]
          },
          "_dec": {
           "oneof": [
            "dec"
           ]
          },
          "_radius": {
           "oneof": [
            "radius"
           ]
          },
          "_downsample": {
           "oneof": [
            "downsample"
           ]
          },
          "_depthLow": {
           "oneof": [
            "depthLow"
           ]
          },
          "_depthHigh": {
           "oneof": [
            "depthHigh"
           ]
          },
          "_tweakOrder": {
           "oneof": [
            "tweakOrder"
           ]
          }
         },
         "fields": {
          "scaleLow": {
           "type": "double",
           "id": 1,
           "options": {
            "proto3_optional": true
           }
          },
          "scaleHigh": {
           "type": "double",
           "id": 2,
           "options": {
            "proto3_optional": true
           }
          },
          "widthLow": {
           "type": "double",
           "id": 3,
           "options": {
            "proto3_optional": true
           }
          },
          "widthHigh": {
           "type": "double",
           "id": 4,
           "options": {
            "proto3_optional": true
           }
          },
          "ra": {
           "type": "double",
           "id": 5,
           "options": {
            "proto3_optional": true
           }
          },
          "dec": {
           "type": "double",
           "id": 6,
           "options": {
            "proto3_optional": true
           }
          },
          "radius": {
           "type": "double",
           "id": 7,
           "options": {
            "proto3_optional": true
           }
          },
          "parity": {
           "type": "Parity",
           "id": 8
          },
          "downsample": {
           "type": "uint32",
           "id": 9,
           "options": {
            "proto3_optional": true
           }
          },
          "depthLow": {
           "type": "uint32",
           "id": 10,
           "options": {
            "proto3_optional": true
           }
          },
          "depthHigh": {
           "type": "uint32",
           "id": 11,
           "options": {
            "proto3_optional": true
           }
          },
          "tweakOrder": {
           "type": "uint32",
           "id": 12,
           "options": {
            "proto3_optional": true
           }
          }
         }
        },
        "HintSource": {
         "values": {
          "HINT_SOURCE_UNSPECIFIED": 0,
          "HINT_SOURCE_CALLER": 1,
          "HINT_SOURCE_HEADER": 2,
          "HINT_SOURCE_LEARNED": 3
         }
        },
        "Guess": {
         "oneofs": {
          "_scaleLow": {
           "oneof": [
            "scaleLow"
           ]
          },
          "_scaleHigh": {
           "oneof": [
            "scaleHigh"
           ]
          },
          "_widthLow": {
           "oneof": [
            "widthLow"
           ]
          },
          "_widthHigh": {
           "oneof": [
            "widthHigh"
           ]
          },
          "_ra": {
           "oneof": [
            "ra"
           ]
          },
          "_dec": {
           "oneof": [
            "dec"
           ]
          },
          "_radius": {
           "oneof": [
            "radius"
           ]
          }
         },
         "fields": {
          "source": {
           "type": "HintSource",
           "id": 1
          },
          "scaleLow": {
           "type": "double",
           "id": 2,
           "options": {
            "proto3_optional": true
           }
          },
          "scaleHigh": {
           "type": "double",
           "id": 3,
           "options": {
            "proto3_optional": true
           }
          },
          "widthLow": {
           "type": "double",
           "id": 4,
           "options": {
            "proto3_optional": true
           }
          },
          "widthHigh": {
           "type": "double",
           "id": 5,
           "options": {
            "proto3_optional": true
           }
          },
          "ra": {
           "type": "double",
           "id": 6,
           "options": {
            "proto3_optional": true
           }
          },
          "dec": {
           "type": "double",
           "id": 7,
           "options": {
            "proto3_optional": true
           }
          },
          "radius": {
           "type": "double",
           "id": 8,
           "options": {
            "proto3_optional": true
           }
          },
          "parity": {
           "type": "Parity",
           "id": 9
          }
         }
        },
        "Parity": {
         "values": {
          "PARITY_UNSPECIFIED": 0,
          "PARITY_NORMAL": 1,
          "PARITY_FLIPPED": 2
         }
        },
        "JobLimits": {
         "oneofs": {
          "_maxSeconds": {
           "oneof": [
            "maxSeconds"
           ]
          },
          "_maxStars": {
           "oneof": [
            "maxStars"
           ]
          }
         },
         "fields": {
          "maxSeconds": {
           "type": "double",
           "id": 1,
           "options": {
            "proto3_optional": true
           }
          },
          "maxStars": {
           "type": "uint32",
           "id": 2,
           "options": {
            "proto3_optional": true
           }
          }
         }
        },
        "SolveEvent": {
         "oneofs": {
          "event": {
           "oneof": [
            "accepted",
            "started",
            "progress",
            "outcome"
           ]
          }
         },
         "fields": {
          "accepted": {
           "type": "Accepted",
           "id": 1
          },
          "started": {
           "type": "Started",
           "id": 2
          },
          "progress": {
           "type": "Progress",
           "id": 3
          },
          "outcome": {
           "type": "Outcome",
           "id": 4
          }
         }
        },
        "Accepted": {
         "fields": {
          "waitedBehind": {
           "type": "uint32",
           "id": 1
          }
         }
        },
        "Started": {
         "fields": {
          "sandboxId": {
           "type": "string",
           "id": 1
          }
         }
        },
        "Progress": {
         "fields": {
          "stage": {
           "type": "Stage",
           "id": 1
          },
          "detail": {
           "type": "string",
           "id": 2
          },
          "elapsedSeconds": {
           "type": "double",
           "id": 3
          }
         }
        },
        "Stage": {
         "values": {
          "STAGE_UNSPECIFIED": 0,
          "STAGE_DECODE": 1,
          "STAGE_EXTRACT": 2,
          "STAGE_SEARCH": 3,
          "STAGE_REPORT": 4
         }
        },
        "Outcome": {
         "oneofs": {
          "result": {
           "oneof": [
            "solution",
            "notSolved",
            "failure"
           ]
          }
         },
         "fields": {
          "solution": {
           "type": "Solution",
           "id": 1
          },
          "notSolved": {
           "type": "NotSolved",
           "id": 2
          },
          "failure": {
           "type": "Failure",
           "id": 3
          },
          "timings": {
           "rule": "repeated",
           "type": "StageTiming",
           "id": 4
          },
          "versions": {
           "type": "Versions",
           "id": 5
          },
          "picture": {
           "type": "Picture",
           "id": 6
          }
         }
        },
        "StageTiming": {
         "fields": {
          "stage": {
           "type": "Stage",
           "id": 1
          },
          "seconds": {
           "type": "double",
           "id": 2
          }
         }
        },
        "Versions": {
         "fields": {
          "sandbox": {
           "type": "string",
           "id": 1
          },
          "astrometry": {
           "type": "string",
           "id": 2
          },
          "node": {
           "type": "string",
           "id": 3
          }
         }
        },
        "Picture": {
         "fields": {
          "format": {
           "type": "ImageFormat",
           "id": 1
          },
          "width": {
           "type": "uint32",
           "id": 2
          },
          "height": {
           "type": "uint32",
           "id": 3
          },
          "channels": {
           "type": "uint32",
           "id": 4
          },
          "bits": {
           "type": "uint32",
           "id": 5
          }
         }
        },
        "Solution": {
         "fields": {
          "ra": {
           "type": "double",
           "id": 1
          },
          "dec": {
           "type": "double",
           "id": 2
          },
          "pixelScale": {
           "type": "double",
           "id": 3
          },
          "orientation": {
           "type": "double",
           "id": 4
          },
          "parity": {
           "type": "Parity",
           "id": 5
          },
          "fieldWidth": {
           "type": "double",
           "id": 6
          },
          "fieldHeight": {
           "type": "double",
           "id": 7
          },
          "radius": {
           "type": "double",
           "id": 8
          },
          "wcs": {
           "type": "Wcs",
           "id": 9
          },
          "matched": {
           "rule": "repeated",
           "type": "MatchedStar",
           "id": 10
          },
          "stars": {
           "rule": "repeated",
           "type": "Star",
           "id": 11
          },
          "logOdds": {
           "type": "double",
           "id": 12
          },
          "index": {
           "type": "string",
           "id": 13
          },
          "recipe": {
           "type": "string",
           "id": 14
          },
          "hint": {
           "type": "string",
           "id": 15
          },
          "hintSource": {
           "type": "HintSource",
           "id": 16
          }
         }
        },
        "Wcs": {
         "fields": {
          "header": {
           "type": "bytes",
           "id": 1
          },
          "crval1": {
           "type": "double",
           "id": 2
          },
          "crval2": {
           "type": "double",
           "id": 3
          },
          "crpix1": {
           "type": "double",
           "id": 4
          },
          "crpix2": {
           "type": "double",
           "id": 5
          },
          "cd1_1": {
           "type": "double",
           "id": 6
          },
          "cd1_2": {
           "type": "double",
           "id": 7
          },
          "cd2_1": {
           "type": "double",
           "id": 8
          },
          "cd2_2": {
           "type": "double",
           "id": 9
          },
          "sipOrder": {
           "type": "uint32",
           "id": 10
          }
         }
        },
        "MatchedStar": {
         "fields": {
          "x": {
           "type": "double",
           "id": 1
          },
          "y": {
           "type": "double",
           "id": 2
          },
          "ra": {
           "type": "double",
           "id": 3
          },
          "dec": {
           "type": "double",
           "id": 4
          }
         }
        },
        "Star": {
         "fields": {
          "x": {
           "type": "double",
           "id": 1
          },
          "y": {
           "type": "double",
           "id": 2
          },
          "flux": {
           "type": "double",
           "id": 3
          }
         }
        },
        "NotSolved": {
         "fields": {
          "tried": {
           "rule": "repeated",
           "type": "Trial",
           "id": 1
          },
          "stars": {
           "rule": "repeated",
           "type": "Star",
           "id": 2
          }
         }
        },
        "Trial": {
         "fields": {
          "recipe": {
           "type": "string",
           "id": 1
          },
          "hint": {
           "type": "string",
           "id": 2
          },
          "sources": {
           "type": "uint32",
           "id": 3
          },
          "result": {
           "type": "string",
           "id": 4
          },
          "seconds": {
           "type": "double",
           "id": 5
          },
          "hintSource": {
           "type": "HintSource",
           "id": 6
          }
         }
        },
        "Failure": {
         "fields": {
          "code": {
           "type": "string",
           "id": 1
          },
          "message": {
           "type": "string",
           "id": 2
          },
          "tried": {
           "rule": "repeated",
           "type": "Trial",
           "id": 3
          }
         }
        },
        "GetCapacityRequest": {
         "fields": {}
        },
        "GetCapacityResponse": {
         "fields": {
          "slots": {
           "type": "uint32",
           "id": 1
          },
          "running": {
           "type": "uint32",
           "id": 2
          },
          "waiting": {
           "type": "uint32",
           "id": 3
          },
          "maxWaiting": {
           "type": "uint32",
           "id": 4
          },
          "accepting": {
           "type": "bool",
           "id": 5
          },
          "maxUploadBytes": {
           "type": "uint64",
           "id": 6
          }
         }
        },
        "ListIndexesRequest": {
         "fields": {}
        },
        "ListIndexesResponse": {
         "fields": {
          "indexes": {
           "rule": "repeated",
           "type": "StarIndex",
           "id": 1
          }
         }
        },
        "StarIndex": {
         "fields": {
          "name": {
           "type": "string",
           "id": 1
          },
          "indexId": {
           "type": "int32",
           "id": 2
          },
          "scaleLow": {
           "type": "double",
           "id": 3
          },
          "scaleHigh": {
           "type": "double",
           "id": 4
          },
          "sizeBytes": {
           "type": "uint64",
           "id": 5
          }
         }
        }
       }
      }
     }
    }
   }
  },
  "grpc": {
   "nested": {
    "health": {
     "nested": {
      "v1": {
       "nested": {
        "Health": {
         "methods": {
          "Check": {
           "requestType": "HealthCheckRequest",
           "responseType": "HealthCheckResponse"
          },
          "Watch": {
           "requestType": "HealthCheckRequest",
           "responseType": "HealthCheckResponse",
           "responseStream": true
          }
         }
        },
        "HealthCheckRequest": {
         "fields": {
          "service": {
           "type": "string",
           "id": 1
          }
         }
        },
        "HealthCheckResponse": {
         "fields": {
          "status": {
           "type": "ServingStatus",
           "id": 1
          }
         },
         "nested": {
          "ServingStatus": {
           "values": {
            "UNKNOWN": 0,
            "SERVING": 1,
            "NOT_SERVING": 2,
            "SERVICE_UNKNOWN": 3
           }
          }
         }
        }
       }
      }
     }
    }
   }
  }
 }
};
