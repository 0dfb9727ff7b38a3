// Access tokens: signed, short-lived, of one kind (RFC 9068, typ at+jwt). They say which session; who that is and what
// he may is looked up with every request.
import { AstrogateError } from '@astrogate/proto';
import { errors, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { newId } from '../new-id.js';
import type { SigningKeys } from './signing-keys.js';

/** Seconds. */
export const accessSeconds = 15 * 60;
/** Clocks of replicas differ a little, seconds. */
const clockTolerance = 5;
const algorithm = 'EdDSA';
const kind = 'at+jwt';
const issuer = 'astrogate';
const audience = 'astrogate-api';
const idPattern = /^[0-9a-f]{32}$/;

export class AccessTokens {
  constructor(
    readonly keys: SigningKeys,
    readonly now: () => Date,
  ) {}

  async issue({ userId, sessionId }: { userId: string; sessionId: string }): Promise<string> {
    const { kid, key } = await this.keys.signer();
    const seconds = Math.floor(this.now().getTime() / 1000);
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: algorithm, kid, typ: kind })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(userId)
      .setJti(newId())
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + accessSeconds)
      .sign(key);
  }

  /** Throws `unauthenticated` for anything but a token of ours that is still good, and `storage_unavailable`. */
  async check(token: string): Promise<{ userId: string; sessionId: string }> {
    const keyOf: JWTVerifyGetKey = async ({ kid }) => {
      const key = kid !== undefined && idPattern.test(kid) ? await this.keys.verifier(kid) : undefined;
      if (!key) throw new errors.JWKSNoMatchingKey();
      return key;
    };
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        ...{ algorithms: [algorithm], issuer, audience, typ: kind, currentDate: this.now() },
        requiredClaims: ['sub', 'sid', 'iat', 'exp', 'jti'],
        maxTokenAge: accessSeconds,
        clockTolerance,
      });
      const { sub: userId, sid: sessionId } = payload;
      if (userId !== undefined && typeof sessionId === 'string') return { userId, sessionId };
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
    }
    throw new AstrogateError('unauthenticated', 'The access token is not valid, or not any more');
  }
}
