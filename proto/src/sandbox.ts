// The sandbox's part of the contract alone: pure, without the gRPC loader, so that it can be bundled into one file.
export * from './sandbox-frames.js';
export * from './sandbox-protocol.js';
