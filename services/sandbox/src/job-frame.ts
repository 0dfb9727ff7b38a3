// Reads the one job frame from stdin: the header into memory, the upload straight into a file.
import { closeSync, openSync, writeSync } from 'node:fs';
import { decodeJobPreamble, jobPreambleBytes, type SandboxJob, sandboxJobSchema } from '@astrogate/proto/sandbox';

export interface JobFrameEvents {
  /** The frame is complete, the upload is in the file. */
  onJob(job: SandboxJob): void;
  /** What came is no job frame, or the upload could not be written. */
  onBadFrame(error: unknown): void;
}

/** Takes stdin in pieces of any size. Bytes behind the frame are dropped. */
export class JobFrameReader {
  #head = Buffer.alloc(0);
  #job: SandboxJob | undefined;
  #missing = 0;
  #file = -1;
  #done = false;

  constructor(
    private readonly uploadPath: string,
    private readonly events: JobFrameEvents,
  ) {}

  push(chunk: Buffer): void {
    if (this.#done) return;
    try {
      const rest = this.#job ? chunk : this.#takeHead(chunk);
      if (this.#job) this.#takeUpload(this.#job, rest);
    } catch (error) {
      this.#done = true;
      this.events.onBadFrame(error);
    }
  }

  /** Returns what stands behind the header, once that is complete. */
  #takeHead(chunk: Buffer): Buffer {
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length < jobPreambleBytes) return Buffer.alloc(0);
    const { headerBytes, uploadBytes } = decodeJobPreamble(this.#head);
    const end = jobPreambleBytes + headerBytes;
    if (this.#head.length < end) return Buffer.alloc(0);
    this.#job = sandboxJobSchema.parse(JSON.parse(this.#head.toString('utf8', jobPreambleBytes, end)));
    this.#missing = uploadBytes;
    this.#file = openSync(this.uploadPath, 'wx');
    const rest = this.#head.subarray(end);
    this.#head = Buffer.alloc(0);
    return rest;
  }

  #takeUpload(job: SandboxJob, chunk: Buffer): void {
    const bytes = chunk.subarray(0, this.#missing);
    // The file lies in memory (tmpfs): writing in step with reading costs less than a queue would.
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#missing -= bytes.length;
    if (this.#missing > 0) return;
    this.#done = true;
    closeSync(this.#file);
    this.events.onJob(job);
  }
}
