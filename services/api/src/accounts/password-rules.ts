// Which passwords are taken. The library and its dictionaries are read with the first password that is set.
import { AstrogateError } from '@astrogate/proto';

/** bcrypt reads no more; what it would cut off in silence is refused. */
export const mostPasswordBytes = 72;
const leastCharacters = 10;
/** zxcvbn's "safely unguessable": more than 10^8 guesses. Below it a stolen hash of cost 12 falls within days. */
const leastScore = 3;

/** Throws `weak_password` with what is wrong. `known`: what a guesser would try first, such as the user's name. */
export async function checkPassword(password: string, known: readonly string[]): Promise<void> {
  const weak = (why: string) => new AstrogateError('weak_password', why);
  const bytes = Buffer.byteLength(password);
  if (bytes > mostPasswordBytes)
    throw weak(`The password has ${bytes} bytes; at most ${mostPasswordBytes} are allowed`);
  if (password.includes('\0')) throw weak('The password has a character that cannot be kept');
  if ([...password].length < leastCharacters) throw weak(`The password needs at least ${leastCharacters} characters`);
  const { judgePassword } = await import('./password-strength.js');
  const { score, advice } = judgePassword(password, [...known, 'astrogate']);
  if (score < leastScore) throw weak(['The password is too easy to guess', ...advice].join('. '));
}
