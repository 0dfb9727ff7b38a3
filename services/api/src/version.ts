// The version that /health and the OpenAPI document report; a test holds it equal to package.json.
export const version = '0.1.0';
