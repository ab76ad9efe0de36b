/** Returns the chosen entries after some were put before or after another one. What is moved is chosen. */
export function moveEntries(
  entries: readonly string[],
  chosen: readonly string[],
  moved: readonly string[],
  target: { readonly id: string; readonly isAfter: boolean },
): string[] {
  const rest = entries.filter((id) => !moved.includes(id));
  const place = rest.indexOf(target.id) + (target.isAfter ? 1 : 0);
  const order = [...rest.slice(0, place), ...entries.filter((id) => moved.includes(id)), ...rest.slice(place)];
  return order.filter((id) => chosen.includes(id) || moved.includes(id));
}
