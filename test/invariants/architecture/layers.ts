import { findRings } from "./rings.ts";

/** The areas of packages/core/src, lowest first: an area may import areas listed before it, never one listed after it. */
export const AREAS = [
  "kernel",
  "storage",
  "lib",
  "platform",
  "people",
  "messaging",
  "sales",
  "accounts",
  "scheduling",
  "agreements",
  "service",
  "commerce",
  "projects",
  "engagement",
  "views",
  "analytics",
] as const;

/** An import between two paths. For the check of areas, they are relative to `packages/core/src`. */
export interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
  /** Whether it is loaded on demand by `import()`. */
  readonly isLazy: boolean;
}

/** Constants that any area may read: kinds, permissions, kinds of master data. */
const isConstant = (path: string): boolean => /\.(kind|masters)\.ts$/.test(path);

const isManifest = (path: string): boolean => path.endsWith(".domain.ts");

/** Manifests and kinds name modules of any area, and load them when they are needed. */
const isLoader = ({ from, isLazy }: Import): boolean => isLazy && (isManifest(from) || isConstant(from));

/** Import and export definitions may import the port that they implement, although it is in another area. */
const isFileAdapter = ({ from, to }: Import): boolean =>
  /\.(export|import)\.ts$/.test(from) && /^platform\/(export|import)\//.test(to);

const areaIndex = (path: string): number => AREAS.findIndex((area) => path.startsWith(`${area}/`));
const getFolder = (path: string): string => path.split("/").slice(0, 2).join("/");

/** Imports that break the order of areas, and import cycles of folders in an area. The list of domains may import every manifest. */
export function checkImports(imports: readonly Import[]): string[] {
  const edges = imports.filter(({ from }) => from !== "domains.ts");
  const outside = [...new Set(edges.flatMap(({ from, to }) => [from, to]).filter((path) => areaIndex(path) < 0))];
  const upward = edges.filter((edge) => areaIndex(edge.to) > areaIndex(edge.from) && !isConstant(edge.to) && !isLoader(edge));
  const inside = edges.filter(
    (edge) =>
      areaIndex(edge.from) === areaIndex(edge.to) &&
      getFolder(edge.from) !== getFolder(edge.to) &&
      !isConstant(edge.to) &&
      !isLoader(edge) &&
      !isFileAdapter(edge),
  );
  return [
    ...outside.map((path) => `in no area: ${path}`),
    ...upward
      .filter(({ from, to }) => !outside.includes(from) && !outside.includes(to))
      .map(({ from, to }) => `upward: ${from} → ${to}`),
    ...findRings(inside.map(({ from, to }) => ({ from: getFolder(from), to: getFolder(to) }))).map(
      (ring) => `ring: ${ring.join(", ")}`,
    ),
  ];
}

/** Manifests are imported by the list of all domains alone. Constants and manifests import the kernel and constants alone. */
export const checkConstants = (imports: readonly Import[]): string[] => [
  ...imports.filter(({ from, to }) => isManifest(to) && from !== "domains.ts").map(({ from, to }) => `manifest: ${from} → ${to}`),
  ...imports
    .filter(({ from, isLazy }) => (isConstant(from) || isManifest(from)) && !isLazy)
    .filter(({ to }) => !isConstant(to) && !to.startsWith("kernel/"))
    .map(({ from, to }) => `constants: ${from} → ${to}`),
];
