/** How a user wants the console to look. The server stores it (api/preferences.ts); the browser keeps a copy for the first paint. */
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

const listeners = new Set<() => void>();
let latest: Appearance | undefined;

/** The appearance of this page, which holds also if storage is off. */
export const latestAppearance = (): Appearance => {
  latest ??= readAppearance();
  return latest;
};

export function onAppearanceChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function saveAppearance(appearance: Appearance): void {
  latest = appearance;
  try {
    localStorage.setItem(KEY, JSON.stringify(appearance));
  } catch {
    // Storage is off: the choice holds until the page is closed.
  }
  applyAppearance(appearance);
  for (const listener of listeners) listener();
}

export function applyAppearance({ theme, density }: Appearance): void {
  const { dataset } = document.documentElement;
  dataset.density = density;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
}
