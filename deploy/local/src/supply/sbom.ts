// Parts of a software bill of materials (CycloneDX 1.5): what npm says, tidied, and the Debian packages of images. Pure.

export interface Component {
  type: string;
  name: string;
  version: string;
  'bom-ref'?: string;
  purl?: string;
  properties?: { name: string; value: string }[];
  components?: Component[];
  [key: string]: unknown;
}

export interface Bom {
  bomFormat: string;
  specVersion: string;
  metadata: { component: Component; [key: string]: unknown };
  components: Component[];
  [key: string]: unknown;
}

/** What `debianComponents` reads: one line per package, fields divided by tabs. */
export const dpkgFormat = '$' + '{Package}\\t$' + '{Version}\\t$' + '{Architecture}\\t$' + '{source:Package}\\n';

/**
 * npm names the whole after the directory it lies in, and workspaces after their folders, so that two parts may have one
 * name; their package URLs are right.
 */
export function tidied(bom: Bom): Bom {
  const named = (component: Component): Component => ({ ...component, name: nameOf(component) });
  const { component, ...metadata } = bom.metadata;
  return {
    ...bom,
    metadata: { ...metadata, component: { ...named(component), type: 'application' } },
    components: bom.components.map(named),
  };
}

function nameOf({ name, purl }: Component): string {
  const inUrl = /^pkg:npm\/(.+)@[^@]+$/.exec(purl ?? '')?.[1];
  return inUrl === undefined ? name : decodeURIComponent(inUrl);
}

/** An image as a component, its Debian packages inside. `listed`: output of dpkg-query with `dpkgFormat`. */
export function imageComponent(image: { name: string; id: string; version: string }, listed: string): Component {
  return {
    type: 'container',
    'bom-ref': `image:${image.name}`,
    name: image.name,
    version: image.version,
    properties: [{ name: 'docker:image:id', value: image.id }],
    components: debianComponents(image.name, listed),
  };
}

function debianComponents(image: string, listed: string): Component[] {
  return listed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', version = '', architecture = '', source = ''] = line.split('\t');
      const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`;
      return {
        type: 'library',
        'bom-ref': `image:${image}/${purl}`,
        name,
        version,
        purl,
        properties: [{ name: 'debian:source', value: source }],
      };
    });
}
