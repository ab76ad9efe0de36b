/** The pages that a page of settings, or a new import, is below: the bar at the top, and the head of a phone, lead back to them. */

export const SETTINGS_PATH = "/crm/settings";
export const CHOICES_PATH = "/crm/settings/masters";
export const IMPORTS_PATH = "/crm/imports";

/** Lists of choices that have an address beside the records that use them. */
const CHOICE_PAGES: ReadonlySet<string> = new Set(["/crm/leads/sources", "/crm/contacts/roles"]);

const isBelow = (path: string, parent: string): boolean => path.startsWith(`${parent}/`);

/** Whether the menu marks the settings at an address. */
export const isSettingPath = (path: string): boolean =>
  path === SETTINGS_PATH || isBelow(path, SETTINGS_PATH) || CHOICE_PAGES.has(path);

/** Lists the addresses above a page of settings or a new import, from the outermost one. Other pages have none. */
export function listTrail(address: string): readonly string[] {
  const path = address.replace(/\/$/, "");
  if (CHOICE_PAGES.has(path) || isBelow(path, CHOICES_PATH)) return [SETTINGS_PATH, CHOICES_PATH];
  if (path === `${IMPORTS_PATH}/add`) return [IMPORTS_PATH];
  return isBelow(path, SETTINGS_PATH) ? [SETTINGS_PATH] : [];
}
