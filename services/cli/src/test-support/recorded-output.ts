// Streams that keep what a command writes.
import { createOutput, type Output } from '../output/output.js';

export interface RecordedOutput {
  readonly output: Output;
  readonly out: () => string;
  readonly err: () => string;
}

export function recordOutput(stderrIsTerminal = false): RecordedOutput {
  const texts = { out: '', err: '' };
  const stream = (name: 'out' | 'err', isTTY: boolean) => ({
    isTTY,
    write: (content: string | Buffer) => {
      texts[name] += content.toString();
    },
  });
  return {
    output: createOutput(stream('out', false), stream('err', stderrIsTerminal)),
    out: () => texts.out,
    err: () => texts.err,
  };
}
