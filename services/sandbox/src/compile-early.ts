// Tells V8 to learn about a function from its first call. This program runs each of its functions a few times in its
// whole life, so that what is learned late is learned for nobody. Imported before everything else.
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--no-lazy-feedback-allocation');
