import { formatCount } from "../../ui/i18n/formatters.ts";

export interface CountFigure {
  readonly id: string;
  readonly label: string;
  readonly value: number;
  readonly isBad?: boolean;
}

/** Counts side by side, each over its name. */
export function FigureList({ label, figures }: { readonly label: string; readonly figures: readonly CountFigure[] }) {
  return (
    <dl aria-label={label} className="flex min-w-0 flex-wrap gap-x-8 gap-y-3">
      {figures.map(({ id, label: name, value, isBad = false }) => (
        <div key={id} className="flex min-w-0 flex-col-reverse">
          <dt className="text-control text-text-muted">{name}</dt>
          <dd className={`text-title font-semibold tabular-nums ${isBad && value > 0 ? "text-danger" : "text-text"}`}>
            {formatCount(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
