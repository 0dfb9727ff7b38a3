// Rendered skies for tests, through the tools of the sandbox image.
import { containerTool, type DockerCli, sampleSky, type Truth } from '@astrogate/local';

/** A JPEG that can be solved in well under a second, and where it points. */
export async function sampleSkyJpeg(cli: DockerCli, image: string): Promise<{ jpeg: Buffer; truth: Truth }> {
  const { sky, jpeg } = await sampleSky(containerTool({ image, dockerHost: cli.host }));
  return { jpeg, truth: sky.truth };
}
