// Everything that the audit log can tell of. What is not in this list is not security-relevant, or is missing here.

export const auditActs = [
  'audit.export',
  'bootstrap',
  'factor.add',
  'factor.remove',
  'job.cancel',
  'job.delete',
  'key.create',
  'key.remove',
  'request.refused',
  'session.begin',
  'session.end',
  'session.reuse',
  'user.change',
  'user.create',
  'user.password',
  'user.remove',
] as const;
export type AuditActName = (typeof auditActs)[number];
