// `POST /api/v1/system/reset`: begins the admin job that empties the system.
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { ApiContext } from '../context.js';
import { resetParams } from '../system/plans/reset-order.js';
import { proofFields } from './account-fields.js';
import { bodyOf, readJson } from './json-body.js';
import { confirmed, isDryRun, order } from './order-job.js';
import { continueFields } from './system-routes.js';

export const resetFields = z.strictObject({
  ...proofFields.shape,
  phrase: z.string().max(100).describe('"reset data" or "reset full", typed by whoever asks'),
  ...resetParams.shape,
  unseal_keys: continueFields.shape.unseal_keys,
});
/** What is asked for without being done needs no proof. */
export const tryResetFields = z.strictObject({ ...resetFields.partial().shape, scope: resetParams.shape.scope });

export function resetSystem(ctx: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      const fields = isDryRun(request)
        ? bodyOf(tryResetFields, request)
        : await confirmed(ctx, request, resetFields, ({ scope }) => `reset ${scope}`);
      const { scope, safety_backup, by_hand, keys_later, unseal_keys } = fields;
      const params = resetParams.parse({ scope, safety_backup, by_hand, keys_later });
      await order(ctx, request, response, { kind: 'reset', params, gift: unseal_keys && { unseal_keys } });
    },
  ];
}
