import { listUserKeys, SIGNED_IN_COOKIE } from "./storage-keys.ts";

/** What the console keeps in the browser beside the session: settings of the device, which stay, and data of the user, which do not. */

/** Written at each sign-out, so that other tabs of the browser notice it. */
const SIGNED_OUT_KEY = "crm.signed-out";

/** Removes all data of the user from the storages and caches of the browser. */
export async function removeUserData(): Promise<void> {
  for (const storage of [localStorage, sessionStorage])
    for (const key of listUserKeys(Object.keys(storage))) storage.removeItem(key);
  const names = "caches" in globalThis ? await caches.keys() : [];
  await Promise.all(names.map((name) => caches.delete(name)));
}

export const announceSignOut = (): void => localStorage.setItem(SIGNED_OUT_KEY, new Date().toISOString());

/** Calls the listener when another tab signs out. */
export function onSignOutElsewhere(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent): void => {
    if (key === SIGNED_OUT_KEY) listener();
  };
  addEventListener("storage", onStorage);
  return () => removeEventListener("storage", onStorage);
}

/** Removes the hint of a session that has ended, so that the next page makes no request for it. */
export function removeSessionHint(): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser of the console.
  document.cookie = `${SIGNED_IN_COOKIE}=; Path=/; Max-Age=0; SameSite=Strict`;
}
