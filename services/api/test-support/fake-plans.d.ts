import type { Plans } from '../src/system/plan.js';

export function fakePlans(world: string, inTheMiddle?: () => void): Plans;
export function worldNow(world: string): string[];
