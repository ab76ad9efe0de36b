import { AREAS, type Import } from "./layers.ts";
import { findRings } from "./rings.ts";

/**
 * The floors of packages/console/src with their folders, lowest first. A file imports from lower floors, and on its own floor from its own folder and those
 * listed before it. The folders of pages are the areas of the core, and each has a folder for each domain.
 */
export const FLOORS: Readonly<Record<string, readonly string[]>> = {
  /** Components without data. */
  ui: ["i18n", "kit", "grid"],
  /** What the API knows: client, session, schema, records. */
  api: [],
  /** Fields, forms and filters of any kind. */
  input: ["filters", "fields", "form"],
  /** What stands around the pages. */
  frame: ["shortcuts", "shell", "second-factor", "session", "profile", "notifications", "app"],
  /** Pages and parts of pages that name no kind. */
  records: [
    ...["rows", "custom-field", "mail", "comments", "figures", "report", "record", "merging", "bulk", "preview"],
    ...["board", "calendar", "timeline", "list", "form", "import", "kind"],
  ],
  /** Pages of one kind or one area. */
  pages: AREAS,
};

/** The list of the manifests. Like the files of `src` itself, it stands above all floors. */
export const PAGES = "pages/pages.ts";

const isManifest = (path: string): boolean => path.endsWith(".page.ts");

/** What a manifest imports at once, beside files without components of its own folder. Every page loads all manifests. */
const MANIFEST_IMPORTS: readonly string[] = ["api/page-manifest.ts", "api/page-part.ts"];

/** Loads a page of a later folder on demand, beside the manifests: the pages of people without a session load the console. */
const LOADER = "frame/session/entry.tsx";

const floors = Object.entries(FLOORS);

/** Where a file stands: the number of its floor, and of its folder there. The files of `src` itself stand above all floors. */
function findPlace(path: string): { readonly floor: number; readonly folder: number } | undefined {
  const parts = path.split("/");
  if (parts.length === 1 || path === PAGES) return { floor: floors.length, folder: 0 };
  const floor = floors.findIndex(([name]) => name === parts[0]);
  const [name, folders = []] = floors[floor] ?? [];
  if (name === undefined) return undefined;
  if (folders.length === 0) return parts.length === 2 ? { floor, folder: 0 } : undefined;
  const folder = folders.indexOf(parts[1] ?? "");
  return folder >= 0 && parts.length === (name === "pages" ? 4 : 3) ? { floor, folder } : undefined;
}

const getFolder = (path: string): string => path.slice(0, path.lastIndexOf("/"));

/** Whether the imported file stands on a later floor, or in a later folder of the same one. */
function isUpward({ from, to }: Import): boolean {
  const [start, target] = [findPlace(from), findPlace(to)];
  if (!start || !target) return false;
  return target.floor > start.floor || (target.floor === start.floor && target.folder > start.folder);
}

/** Imports that break the order of the floors, and rings of folders. Paths are relative to `packages/console/src`. */
export function checkFloors(imports: readonly Import[]): string[] {
  const files = [...new Set(imports.flatMap(({ from, to }) => [from, to]))];
  const between = imports.filter(({ from, to, isLazy }) => !isLazy && getFolder(from) !== getFolder(to));
  return [
    ...files.filter((path) => findPlace(path) === undefined).map((path) => `on no floor: ${path}`),
    ...imports
      .filter((edge) => isUpward(edge) && !(edge.isLazy && (isManifest(edge.from) || edge.from === LOADER)))
      .map(({ from, to }) => `upward: ${from} → ${to}`),
    ...findRings(between.map(({ from, to }) => ({ from: getFolder(from), to: getFolder(to) }))).map(
      (ring) => `ring: ${ring.join(", ")}`,
    ),
  ];
}

/** Imports of manifests by other files than their list, of the list by another than `routes.tsx`, and imports by manifests of more than data. */
export const checkManifests = (imports: readonly Import[]): string[] =>
  imports
    .filter(
      ({ from, to, isType, isLazy }) =>
        (to === PAGES && from !== "routes.tsx") ||
        (isManifest(to) && from !== PAGES) ||
        (isManifest(from) &&
          !isLazy &&
          !isType &&
          !MANIFEST_IMPORTS.includes(to) &&
          !(to.endsWith(".ts") && getFolder(to) === getFolder(from))),
    )
    .map(({ from, to }) => `manifest: ${from} → ${to}`);

/** Files that import each other, directly or through others. */
export const findCircles = (imports: readonly Import[]): string[][] => findRings(imports.filter(({ isLazy }) => !isLazy));
