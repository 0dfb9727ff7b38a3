// Everything that the audit log can tell of. What is not in this list is not security-relevant, or is missing here.

export const auditActs = [
  'admin.bootstrap',
  'admin_job.start',
  'admin_job.end',
  'audit.export',
  'job.cancel',
  'job.delete',
  'key.create',
  'key.revoke',
  'request.refused',
  'session.create',
  'session.end',
  'session.login',
  'session.logout',
  'session.refresh',
  'session.reuse',
  'user.change',
  'user.create',
  'user.delete',
  'user.disable',
  'user.enable',
  'user.lock',
  'user.password',
  'user.role',
  'user.second_factor',
] as const;
export type AuditActName = (typeof auditActs)[number];
