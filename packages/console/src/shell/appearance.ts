/** How a user wants the console to look. The server stores it (data/preferences.ts); the browser keeps a copy for the first paint. */
export interface Appearance {
  readonly theme: "system" | "light" | "dark";
  readonly density: "compact" | "default" | "comfortable";
  /** A language of the console; null: that of the browser. */
  readonly language: string | null;
  /** A region for dates and numbers; null: that of the language. */
  readonly region: string | null;
}

const KEY = "crm.appearance";
const standard: Appearance = { theme: "system", density: "default", language: null, region: null };

export function readAppearance(): Appearance {
  try {
    return { ...standard, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Appearance>) };
  } catch {
    // Storage is off, or holds what another version wrote.
    return standard;
  }
}

export const isSameAppearance = (left: Appearance, right: Appearance): boolean =>
  left.theme === right.theme &&
  left.density === right.density &&
  left.language === right.language &&
  left.region === right.region;

export function saveAppearance(appearance: Appearance): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(appearance));
  } catch {
    // Storage is off: the choice holds until the page is closed.
  }
  applyAppearance(appearance);
}

export function applyAppearance({ theme, density }: Appearance): void {
  const { dataset } = document.documentElement;
  dataset.density = density;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
}
