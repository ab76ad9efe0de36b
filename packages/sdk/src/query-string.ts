/**
 * Writes a query: a list as values with commas, and an object as operators in brackets (`created_at[gte]=…`), except the declared
 * search paths in `paths`, which have names of their own.
 */
export function buildQueryString(query: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) addParameter(parameters, name, value);
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

function addParameter(parameters: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) parameters.append(name, value.join(","));
  else if (value instanceof Date) parameters.append(name, value.toISOString());
  else if (typeof value !== "object") parameters.append(name, String(value));
  else
    for (const [inner, innerValue] of Object.entries(value))
      addParameter(parameters, name === "paths" ? inner : `${name}[${inner}]`, innerValue);
}
