import { readVariable } from "./environment.ts";
import type { Credentials } from "./tenant-sessions.ts";

/**
 * Reads the credentials of the function from the environment, where Lambda puts them. The bundle has this module in place of the
 * SDK's search for credentials (profiles, single sign-on, instance metadata): 110 KB of code that no function needs.
 */
export const defaultProvider = () => async (): Promise<Credentials> => ({
  accessKeyId: readVariable("AWS_ACCESS_KEY_ID"),
  secretAccessKey: readVariable("AWS_SECRET_ACCESS_KEY"),
  sessionToken: readVariable("AWS_SESSION_TOKEN"),
});
