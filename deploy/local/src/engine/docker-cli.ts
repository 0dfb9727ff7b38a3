// The `docker` command line against one engine.
import { type CommandOptions, runCommand } from '../run-command.js';

export class DockerCli {
  /** `host` as in DOCKER_HOST, such as "unix:///run/docker.sock". */
  constructor(readonly host: string) {}

  /** Standard output of `docker ARGS`. The classic builder is asked for, since buildx may not be installed. */
  run(args: readonly string[], options: CommandOptions = {}): Promise<Buffer> {
    const env = { ...options.env, DOCKER_HOST: this.host, DOCKER_BUILDKIT: '0' };
    return runCommand(['docker', ...args], { ...options, env });
  }

  /** Whether an engine answers on `host`. */
  async answers(): Promise<boolean> {
    const version = this.run(['version', '--format', '{{.Server.Version}}'], { signal: AbortSignal.timeout(5000) });
    return version.then(
      (out) => out.length > 1,
      () => false,
    );
  }

  /** "sha256:…" of a local image, or undefined when there is none. */
  async imageId(reference: string): Promise<string | undefined> {
    return this.run(['image', 'inspect', '--format', '{{.Id}}', reference]).then(
      (out) => out.toString().trim(),
      () => undefined,
    );
  }
}
