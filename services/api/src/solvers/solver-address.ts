// A configured name and the solvers behind it: what DNS says becomes one or more solvers. Pure.
import { isIPv4 } from 'node:net';

export interface SolverAddress {
  /** Name or address in the configuration, without brackets: the name that the solver's certificate must carry. */
  readonly host: string;
  readonly port: number;
}

/** One solver: the name that it must prove, and where it is. */
export interface Place {
  /** As configured, "host:port". */
  readonly name: string;
  readonly port: number;
  /** IP addresses of this one solver, IPv4 first. */
  readonly addresses: readonly string[];
}

/** From "solver:7443" or "[::1]:7443". */
export function parseSolverAddress(text: string): SolverAddress {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}

/**
 * The solvers behind `name`, which resolves to `addresses`. At most one address of each family is one solver with two
 * ways to it. More than one of a family are as many solvers; the other family would count them twice and is left out.
 */
export function placesOf(name: string, addresses: readonly string[]): Place[] {
  const { port } = parseSolverAddress(name);
  const all = [...new Set(addresses)].sort();
  const v4 = all.filter(isIPv4);
  const v6 = all.filter((address) => !isIPv4(address));
  if (all.length === 0) return [];
  if (v4.length <= 1 && v6.length <= 1) return [{ name, port, addresses: [...v4, ...v6] }];
  return (v6.length > v4.length ? v6 : v4).map((address) => ({ name, port, addresses: [address] }));
}

/** Tells places apart: "solver:7443 at 10.0.0.3". */
export function placeKey({ name, addresses }: Place): string {
  return `${name} at ${addresses.join(', ')}`;
}
