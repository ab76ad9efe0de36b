interface SparklineProps {
  /** In order of time. Amounts are decimal strings. */
  readonly values: readonly (string | number | null)[];
}

const [WIDTH, HEIGHT, EDGE] = [96, 24, 2];

/** A line of a few values in a cell. The values stand elsewhere in words, because a drawing is nothing to a screen reader. */
export function Sparkline({ values }: SparklineProps) {
  const numbers = values.map((value) => (value === null ? null : Number(value)));
  const known = numbers.filter((value) => value !== null);
  const [least, most] = [Math.min(0, ...known), Math.max(...known, 0)];
  const step = (WIDTH - 2 * EDGE) / Math.max(1, numbers.length - 1);
  const place = (value: number): number => HEIGHT - EDGE - ((value - least) / (most - least || 1)) * (HEIGHT - 2 * EDGE);
  const points = numbers.flatMap((value, index) => (value === null ? [] : [[EDGE + index * step, place(value)] as const]));
  const [x, y] = points.at(-1) ?? [];
  if (points.length < 2) return null;
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
      className="mirror inline-block align-middle text-accent"
    >
      <polyline points={points.map((point) => point.join()).join(" ")} fill="none" stroke="currentColor" strokeWidth={1.5} />
      {x === undefined ? null : <circle cx={x} cy={y} r={EDGE} fill="currentColor" />}
    </svg>
  );
}
