/** The role as which an administrator views the data in this tab (docs/platform/sign-in.md). A change loads the page again, so no cached data of another view stay. */
const KEY = "crm.view-as";

export const readViewedRole = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;

export function saveViewedRole(role: string | undefined): void {
  if (role === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, role);
}
