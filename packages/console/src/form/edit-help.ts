const DEFAULT = /\bby default\b|\bdefaults to\b|^default:|^if empty, (?:the default|you)\b|^required without a template\b/i;

/** Returns the help of a field for a form that changes a record: without the values that only a new record gets. Undefined: nothing is left. */
export function readEditHelp(help: string | undefined): string | undefined {
  const sentences = (help ?? "").split(/(?<=\.)\s+/).flatMap((sentence) => {
    const clauses = sentence.split("; ");
    const place = clauses.findIndex((clause) => DEFAULT.test(clause));
    // What follows a default in its sentence is about the default.
    return place < 0 ? [sentence] : place === 0 ? [] : [clauses.slice(0, place).join("; ")];
  });
  const text = sentences.join(" ");
  return text === "" ? undefined : text;
}
