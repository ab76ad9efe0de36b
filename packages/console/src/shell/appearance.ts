/** How a user wants the console to look. It is kept in the browser. */
export interface Appearance {
  readonly theme: "system" | "light" | "dark";
  readonly density: "compact" | "default" | "comfortable";
}

const KEY = "crm.appearance";
const standard: Appearance = { theme: "system", density: "default" };

export function readAppearance(): Appearance {
  try {
    return { ...standard, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Appearance>) };
  } catch {
    // Storage is off, or holds what another version wrote.
    return standard;
  }
}

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
