// Runs a program of the sandbox image in a throw-away container: bytes in on stdin, bytes out on stdout, no network.
import { spawn } from 'node:child_process';

/** Runs `argv[0]` of the image with the rest as arguments. Rejects with an Error when it does not end with code 0. */
export type RunTool = (argv: readonly string[], stdin?: Uint8Array) => Promise<Buffer>;

export interface ToolImage {
  image: string;
  /** As in DOCKER_HOST; the docker CLI's own choice when absent. */
  dockerHost?: string;
}

/** Tools in containers that the docker CLI starts and removes. */
export function containerTool({ image, dockerHost }: ToolImage): RunTool {
  const host = dockerHost === undefined ? [] : ['--host', dockerHost];
  return (argv, stdin = new Uint8Array()) => {
    const [program = '', ...args] = argv;
    const flags = ['--rm', '--interactive', '--network', 'none', '--user', '65532:65532', '--read-only'];
    const scratch = ['--tmpfs', '/tmp:rw,mode=1777,size=256m', '--workdir', '/tmp', '--entrypoint', program];
    return collect('docker', [...host, 'run', ...flags, ...scratch, image, ...args], stdin);
  };
}

function collect(command: string, args: readonly string[], stdin: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const complaints: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${Buffer.concat(complaints).toString()}`));
    });
    // A program that ends early closes its stdin; its exit code says more than the broken pipe.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
