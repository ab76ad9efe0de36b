import { readVariable } from "./environment.ts";
import type { Credentials } from "./tenant-sessions.ts";

/**
 * Lambda gives a function its credentials in the environment. The bundle has this in place of the SDK's search for them
 * (profiles, single sign-on, instance metadata), which is 110 KB of code that no function comes to.
 */
export const defaultProvider = () => async (): Promise<Credentials> => ({
  accessKeyId: readVariable("AWS_ACCESS_KEY_ID"),
  secretAccessKey: readVariable("AWS_SECRET_ACCESS_KEY"),
  sessionToken: readVariable("AWS_SESSION_TOKEN"),
});
