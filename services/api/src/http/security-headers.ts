// Headers that tell browsers to do as little as possible with our answers.
import helmet from 'helmet';

const none = ["'none'"];
const self = ["'self'"];

/** For answers that are data. */
export const dataHeaders = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: none, frameAncestors: none } },
  // The OpenAPI page and pages of API_CORS_ORIGINS read our answers; the one cookie is SameSite=Strict.
  referrerPolicy: { policy: 'no-referrer' },
});

/** For the page that shows the API: own files, nothing inline, no other host. */
export const pageHeaders = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: none,
    scriptSrc: self,
    styleSrc: self,
    // Icons of the page's style sheet are data: URLs.
    imgSrc: ["'self'", 'data:'],
    connectSrc: self,
    baseUri: none,
    formAction: none,
    frameAncestors: none,
  },
});
