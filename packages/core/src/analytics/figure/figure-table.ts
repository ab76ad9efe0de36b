import { figureNames, findFigure } from "./figure-registry.ts";

/** Builds the table of all figures for the documentation. */
export function buildFigureTable(): string {
  const rows = figureNames.map((name) => {
    const { unit, time, formula, source, example, access } = findFigure(name);
    const permissions = access.map((permission) => `\`${permission.name}\``).join(", ");
    return `| \`${name}\` | ${unit}, ${time} | ${formula} | ${source} | ${example} | ${permissions} |`;
  });
  return [
    "| name | unit, time | formula | source | example | permissions |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
