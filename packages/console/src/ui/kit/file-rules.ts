/** Which files a field takes. */
interface FileLimits {
  /** Types such as `image/*`, or endings such as `.csv`. Empty for all. */
  readonly accept: readonly string[];
  readonly maxBytes: number;
}

/** What the rules read of a file. */
interface FileFacts {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

const hasType = ({ name, type }: FileFacts, rule: string): boolean => {
  if (rule.startsWith(".")) return name.toLowerCase().endsWith(rule.toLowerCase());
  return rule.endsWith("/*") ? type.startsWith(rule.slice(0, -1)) : type === rule;
};

/** Parts files into those that fit and those that do not, with the rule that each of these breaks. */
export function listRefusals<F extends FileFacts>(
  files: readonly F[],
  { accept, maxBytes }: FileLimits,
): { fitting: F[]; refused: { name: string; reason: "type" | "size" }[] } {
  const fitting: F[] = [];
  const refused: { name: string; reason: "type" | "size" }[] = [];
  for (const file of files) {
    if (accept.length > 0 && !accept.some((rule) => hasType(file, rule))) refused.push({ name: file.name, reason: "type" });
    else if (file.size > maxBytes) refused.push({ name: file.name, reason: "size" });
    else fitting.push(file);
  }
  return { fitting, refused };
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** Writes a size with its unit: `1.4 MB`. */
export function formatBytes(bytes: number, locale: string): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const options = { style: "unit", unit: UNITS[power] ?? "byte", unitDisplay: power === 0 ? "long" : "short" } as const;
  return new Intl.NumberFormat(locale, { ...options, maximumFractionDigits: 1 }).format(bytes / 1000 ** power);
}
