// Which passwords are taken. The library and its dictionaries are read with the first password that is set.
import { AstrogateError } from '@astrogate/proto';

/** bcrypt reads no more; what it would cut off in silence is refused. */
export const mostPasswordBytes = 72;
const leastCharacters = 10;
/** zxcvbn's "safely unguessable": more than 10^8 guesses. Below it a stolen hash of cost 12 falls within days. */
const leastScore = 3;

interface Checker {
  check(
    password: string,
    userInputs: string[],
  ): { score: number; feedback: { warning: string | null; suggestions: string[] } };
}
let checker: Promise<Checker> | undefined;

async function loadChecker(): Promise<Checker> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
  }) as Checker;
}

/** Throws `weak_password` with what is wrong. `known`: what a guesser would try first, such as the user's name. */
export async function checkPassword(password: string, known: readonly string[]): Promise<void> {
  const weak = (why: string) => new AstrogateError('weak_password', why);
  const bytes = Buffer.byteLength(password);
  if (bytes > mostPasswordBytes)
    throw weak(`The password has ${bytes} bytes; at most ${mostPasswordBytes} are allowed`);
  if (password.includes('\0')) throw weak('The password has a character that cannot be kept');
  if ([...password].length < leastCharacters) throw weak(`The password needs at least ${leastCharacters} characters`);
  checker ??= loadChecker();
  const { score, feedback } = (await checker).check(password, [...known, 'astrogate']);
  if (score >= leastScore) return;
  const advice = [feedback.warning, ...feedback.suggestions].filter((text) => text);
  throw weak(['The password is too easy to guess', ...advice].join('. '));
}
