/** Returns the first letters of the first and the last word: `Anna-Lena de Vries` is `AV`. */
export function readInitials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const [first = "", last = ""] = [words[0], words.length > 1 ? words.at(-1) : ""];
  const letters = [first, last].map((word) => [...word][0] ?? "").join("");
  return letters.toLocaleUpperCase() || "?";
}
