// Codes of an authenticator app (TOTP, RFC 6238): six digits, 30 seconds, SHA-1, which is what every app knows.
import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

const period = 30;
/** Clocks of telephones are off by some seconds: the code before and the one after are taken as well. */
const window = 1;

/** 160 random bits, in base32. */
export function newCodeSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** For the app, usually as a QR code. */
export function codeUri(secret: string, name: string): string {
  return totp(secret, name).toString();
}

/** The step of time that `code` belongs to, or undefined when it is wrong. A step counts once: the caller sees to that. */
export function stepOfCode(secret: string, code: string, now: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = totp(secret, '').validate({ token: code, timestamp: now.getTime(), window });
  return delta === null ? undefined : Math.floor(now.getTime() / 1000 / period) + delta;
}

function totp(secret: string, label: string): TOTP {
  return new TOTP({
    issuer: 'Astrogate',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period,
    secret: Secret.fromBase32(secret),
  });
}

const recoveryAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
export const recoveryPattern = /^[a-z2-9]{5}(?:-[a-z2-9]{5}){3}$/;

/** For the day the telephone is gone: 20 characters of 31, 99 bits. */
export function newRecoveryCode(): string {
  const part = () => Array.from({ length: 5 }, () => recoveryAlphabet[randomInt(recoveryAlphabet.length)]).join('');
  return [part(), part(), part(), part()].join('-');
}
