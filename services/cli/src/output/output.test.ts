import { describe, expect, test } from '@jest/globals';
import { recordOutput } from '../test-support/recorded-output.js';

describe('output', () => {
  test('shows control and direction characters instead of sending them to the terminal', () => {
    const { output, out, err } = recordOutput();
    output.line('a\u001b[2Jb\u202ec');
    output.note('x\r\u0007');
    expect(out()).toBe('a\\u001b[2Jb\\u202ec\n');
    expect(err()).toBe('x\\u000d\\u0007\n');
  });

  test('a status line is written only to a terminal', () => {
    const plain = recordOutput(false);
    plain.output.status('working');
    expect(plain.err()).toBe('');
    const terminal = recordOutput(true);
    terminal.output.status('working');
    expect(terminal.err()).toContain('working');
  });

  test('a status line is cut to the terminal and gone before the next line', () => {
    const { output, err, out } = recordOutput(true);
    output.status('w'.repeat(200));
    expect(err().match(/w/g)).toHaveLength(79);
    output.line('done');
    expect(err().endsWith('\r\u001b[2K')).toBe(true);
    expect(out()).toBe('done\n');
  });
});
