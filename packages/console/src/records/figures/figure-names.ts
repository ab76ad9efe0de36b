import { useCallback } from "react";
import { useKind } from "../../api/schema.ts";

/** Names figures in the language of the page. Answers have their English labels; the schema has the translated ones, as choices of a KPI. */

interface NamedFigure {
  readonly name: string;
  readonly label: string;
}

type RenameFigure = <F extends NamedFigure>(figure: F) => F;

/** Returns the function that gives a figure its label in the language of the page. */
export function useFigureNames(): RenameFigure {
  const isEnglish = document.documentElement.lang.startsWith("en");
  const { data: kind } = useKind(isEnglish ? undefined : "kpi");
  const choices = kind?.fields.find(({ name }) => name === "figure")?.choices;
  return useCallback<RenameFigure>(
    (figure) => {
      const label = choices?.find(({ code }) => code === figure.name)?.name;
      return label === undefined ? figure : { ...figure, label };
    },
    [choices],
  );
}

/** Gives figures their labels. The title of a tile that has none of its own is the labels of its figures. */
export function renameTile<T extends { readonly figures: readonly NamedFigure[]; readonly title: string | null }>(
  tile: T,
  rename: RenameFigure,
): T {
  const figures = tile.figures.map(rename);
  const isOfFigures = figures.length > 0 && tile.title === tile.figures.map(({ label }) => label).join(", ");
  return { ...tile, figures, ...(isOfFigures ? { title: figures.map(({ label }) => label).join(", ") } : {}) };
}
