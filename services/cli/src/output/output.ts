// The two streams of the command. What servers and file names bring along cannot steer the terminal.

export interface Output {
  /** One line of the result. */
  line(text: string): void;
  /** A file, as it is. */
  bytes(content: Buffer): void;
  /** One line for the person: progress, errors, advice. */
  note(text: string): void;
  /** Overwrites the last status line; an empty text removes it. Nothing happens when nobody looks at a terminal. */
  status(text: string): void;
}

interface Stream {
  write(content: string | Buffer): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const clearLine = '\r\u001b[2K';
/** Where the width of the terminal is not known. */
const usualColumns = 80;

export function createOutput(stdout: Stream, stderr: Stream): Output {
  let hasStatus = false;
  const status = (text: string) => {
    if (!stderr.isTTY || (text === '' && !hasStatus)) return;
    hasStatus = text !== '';
    // Cut below the width of the terminal: a line that wraps cannot be overwritten.
    stderr.write(`${clearLine}${plain(text).slice(0, (stderr.columns || usualColumns) - 1)}`);
  };
  return {
    status,
    line(text) {
      status('');
      stdout.write(`${plain(text)}\n`);
    },
    bytes(content) {
      status('');
      stdout.write(content);
    },
    note(text) {
      status('');
      stderr.write(`${plain(text)}\n`);
    },
  };
}

/** `text` with control and format characters made visible. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const hex = character.codePointAt(0)?.toString(16) ?? '';
    return `\\u${hex.padStart(4, '0')}`;
  });
}
