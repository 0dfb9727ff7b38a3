// grpc-js options that hold on both ends of the inner channel; grpc-js defaults leave most of them open.

/** Largest chunk of an upload in one message. */
export const maxChunkBytes = 256 * 1024;

/**
 * Both ends notice within 6 s that the other is gone without a word: a solver must stop an attempt before the lease of its
 * api lapses, which others take for the leave to begin the next one.
 */
export const keepaliveOptions = { 'grpc.keepalive_time_ms': 3_000, 'grpc.keepalive_timeout_ms': 3_000 } as const;

/** A chunk and its framing fit many times over; an answer with 5000 stars and 5000 matched stars is below 0.5 MiB. */
export const messageOptions = {
  'grpc.max_receive_message_length': 1024 * 1024,
  'grpc.max_send_message_length': 4 * 1024 * 1024,
  'grpc.enable_channelz': 0,
} as const;
