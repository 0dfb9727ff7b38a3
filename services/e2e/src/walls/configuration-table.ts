// The README's configuration tables, made from the tables of variables in the code.
import type { Variables } from '@astrogate/common';

/** The table of `variables` as Markdown, as it stands between the two comments of `name`. */
export function configurationTable(variables: Variables): string {
  const rows = Object.entries(variables).map(([name, { default: usual, range, doc }]) =>
    row([`\`${name}\``, defaultCell(usual), range, doc]),
  );
  return [row(['Variable', 'Default', 'Allowed', 'Meaning']), row(['---', '---', '---', '---']), ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function defaultCell(usual: string | undefined): string {
  if (usual === undefined) return 'must be set';
  return usual === '' ? 'empty' : `\`${usual}\``;
}

/** What stands in `readme` between the comments of `name`; undefined when they are not both there. */
export function tableInReadme(readme: string, name: string): string | undefined {
  const [, rest] = readme.split(`<!-- configuration: ${name} -->\n`);
  return rest?.includes('<!-- /configuration -->') ? rest.split('<!-- /configuration -->')[0]?.trim() : undefined;
}
