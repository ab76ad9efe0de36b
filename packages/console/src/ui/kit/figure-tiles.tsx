interface FigureTilesProps {
  readonly label: string;
  readonly tiles: readonly { readonly label: string; readonly value: string }[];
}

/** Figures as tiles: two beside each other, and four where there is room. */
export function FigureTiles({ label, tiles }: FigureTilesProps) {
  return (
    <dl aria-label={label} className="grid grid-cols-2 gap-4 tablet:grid-cols-4">
      {tiles.map((tile) => (
        <div key={tile.label} className="flex min-w-0 flex-col rounded-card border border-border bg-surface px-4 py-3">
          <dt className="text-control text-text-muted">{tile.label}</dt>
          <dd className="text-title font-semibold tabular-nums wrap-anywhere">{tile.value}</dd>
        </div>
      ))}
    </dl>
  );
}
