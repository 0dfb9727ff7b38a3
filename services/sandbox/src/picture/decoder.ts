// Runs a native decoder that prints PNM, and holds it to the size that the header promised.
import { unreadable } from '../failure.js';
import { runTool } from '../tool.js';
import type { PictureHead } from './picture.js';
import type { Plane } from './plane.js';
import { PnmReader } from './pnm.js';

export interface DecoderRun {
  tool: string;
  args: readonly string[];
  cwd: string;
  /** What the output must measure. Absent: `onHead` decides. */
  expect?: Pick<PictureHead, 'width' | 'height'>;
  onHead?: (head: PictureHead) => void;
  /** What the program says on stderr when the file is damaged although it did not fail. */
  complaint?: RegExp;
  /** Code with which the program ends when it read everything but has something to say. */
  warningCode?: number;
  /** The format's name, for messages. */
  format: string;
}

/** Luminance of what the program prints. Throws image_unreadable when it fails, complains or prints another size. */
export async function decodeWith(run: DecoderRun, signal: AbortSignal): Promise<Plane> {
  const reader = new PnmReader((head) => {
    const { expect } = run;
    if (expect && (head.width !== expect.width || head.height !== expect.height))
      throw unreadable(`the ${run.format} header says another size than its data`);
    run.onHead?.(head);
  });
  const { code, stderr } = await runTool(run.tool, run.args, {
    signal,
    cwd: run.cwd,
    onStdout: (chunk) => reader.push(chunk),
  });
  const isDone = code === 0 || code === run.warningCode;
  if (!isDone || run.complaint?.test(stderr)) {
    process.stderr.write(`${run.tool} ended with ${code}: ${stderr}\n`);
    throw unreadable(`the ${run.format} data is damaged or ends early`);
  }
  return reader.end();
}
