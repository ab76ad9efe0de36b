/** What belongs to the user in the storages of the browser, and what to the device. */

/** Settings of the device. They contain nothing of a user or tenant. */
const DEVICE_KEYS: ReadonlySet<string> = new Set(["crm.appearance", "crm.sidebar", "crm.signed-out"]);

/** Returns the keys of a storage that belong to a user. Unknown keys do. */
export const listUserKeys = (keys: readonly string[]): string[] => keys.filter((key) => !DEVICE_KEYS.has(key));

export const SIGNED_IN_COOKIE = "crm_signed_in";

/** Whether the browser has a session cookie, which scripts cannot read (docs/platform/sign-in.md). */
export const hasSessionHint = (cookies: string): boolean => cookies.split("; ").includes(`${SIGNED_IN_COOKIE}=1`);
