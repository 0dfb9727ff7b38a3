// One way to hear what the database notifies, on both databases.
import type { PgBoss } from 'pg-boss';

export interface Subscription {
  close(): Promise<void>;
}

/** `onGap` is called whenever the connection was lost meanwhile, and notices with it. Throws what the database says. */
export async function listenTo(
  boss: PgBoss,
  channel: string,
  onNotice: (payload: string) => void,
  onGap: () => void,
): Promise<Subscription> {
  const subscription = await boss.getDb().listen?.(channel, onNotice, onGap);
  if (!subscription) throw new Error('the database cannot notify');
  return subscription;
}
