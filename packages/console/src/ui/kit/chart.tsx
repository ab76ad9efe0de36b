import { chart, measureHeight } from "@crm/chart/chart.ts";
import { type ChartRow, type ChartSpec, type ChartTheme, MAX_SERIES } from "@crm/chart/spec.ts";
import type { SvgNode } from "@crm/chart/svg.ts";
import { ChartColumn, Table2 } from "lucide-react";
import { createElement, type ReactNode, useMemo, useRef, useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { joinClasses } from "./classes.ts";
import { EmptyState } from "./empty-state.tsx";
import { IconButton } from "./icon-button.tsx";
import { Skeleton } from "./skeleton.tsx";
import { useWidth } from "./use-width.ts";

export interface ChartProps
  extends Omit<ChartSpec, "width" | "height" | "direction" | "formatShare" | "otherLabel" | "formatAxis"> {
  readonly rows: readonly ChartRow[];
  /** The name of the categories, over their column in the table. */
  readonly categoryLabel: string;
  readonly formatAxis?: ChartSpec["formatAxis"];
  readonly isLoading?: boolean;
  /** Whether a picture of few bars is as high as its place while it loads, so that what is below does not move. */
  readonly isFullHeight?: boolean;
  /** Opens the records behind a mark. */
  readonly onOpen?: (row: ChartRow, series: string) => void;
}

const MAX_HEIGHT = 240;

const theme: ChartTheme = {
  text: "var(--color-text)",
  muted: "var(--color-text-muted)",
  border: "var(--color-border)",
  surface: "var(--color-surface)",
  series: Array.from({ length: MAX_SERIES }, (_, index) => `var(--color-chart-${index + 1})`),
  other: "var(--color-chart-other)",
  font: "inherit",
  fontSize: 12,
};

/** The names of attributes in React, where they differ from those of SVG. */
const toPropName = (name: string): string =>
  /^(?:data|aria)-/.test(name) ? name : name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

type OpenMark = (row: number, series: string) => void;

/** Renders a node. A click opens a mark; keys open the same rows in the table, because a mark of some pixels is no target for them. */
function renderNode({ tag, attributes, children }: SvgNode, key: number, onOpen?: OpenMark): ReactNode {
  const props = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [toPropName(name), value]));
  const { "data-row": row, "data-series": series } = attributes;
  const onClick = onOpen && row !== undefined ? () => onOpen(Number(row), String(series)) : undefined;
  const content = children.map((child, index) => (typeof child === "string" ? child : renderNode(child, index, onOpen)));
  return createElement(tag, { ...props, key, onClick }, ...content);
}

/** A chart under its title, or the same figures as a table. */
export function Chart({ rows, categoryLabel, isLoading = false, isFullHeight = false, onOpen, ...spec }: ChartProps) {
  const t = useText();
  const [isTable, setTable] = useState(false);
  const hasRows = rows.length > 0;
  return (
    <figure className="flex min-w-0 flex-col gap-3">
      <figcaption className="flex items-start gap-2">
        <span className="min-w-0 flex-1 min-h-control-small content-center text-body font-semibold wrap-anywhere">
          {spec.title}
        </span>
        {hasRows && !isLoading ? (
          <span className="flex print:hidden">
            <IconButton
              isSmall
              label={isTable ? t("Show as chart") : t("Show as table")}
              icon={isTable ? <ChartColumn /> : <Table2 />}
              onPress={() => setTable(!isTable)}
            />
          </span>
        ) : null}
      </figcaption>
      {isLoading ? (
        // If the rows are known before their values, the picture is as high while it loads.
        <div
          className="overflow-hidden rounded-card"
          style={hasRows && !isFullHeight ? { blockSize: measureHeight(spec, rows.length, MAX_HEIGHT) } : undefined}
        >
          <Skeleton shape="block" />
        </div>
      ) : !hasRows ? (
        <EmptyState kind="empty" title={t("No figures for this period")} />
      ) : isTable ? (
        <ChartTable {...spec} rows={rows} categoryLabel={categoryLabel} onOpen={onOpen} />
      ) : (
        <Picture spec={spec} rows={rows} isFullHeight={isFullHeight} onOpen={onOpen} />
      )}
    </figure>
  );
}

type PictureSpec = Omit<ChartProps, "rows" | "categoryLabel" | "isLoading" | "isFullHeight" | "onOpen">;

interface PictureProps extends Pick<ChartProps, "rows" | "onOpen"> {
  readonly spec: PictureSpec;
  readonly isFullHeight: boolean;
}

function Picture({ spec, rows, isFullHeight, onOpen }: PictureProps) {
  const t = useText();
  const { locale, direction } = useLocale();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const height = isFullHeight ? MAX_HEIGHT : measureHeight(spec, rows.length, MAX_HEIGHT);
  const picture = useMemo(() => {
    const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
    const share = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
    return chart(
      {
        formatAxis: short.format,
        ...spec,
        width: Math.max(width, 1),
        height,
        direction,
        formatShare: share.format,
        otherLabel: t("Other"),
      },
      rows,
      theme,
    );
  }, [spec, rows, width, height, locale, direction, t]);
  const openMark: OpenMark = (index, series) => {
    const row = rows[index];
    if (row) onOpen?.(row, series);
  };
  return (
    <div
      ref={frame}
      style={{ blockSize: height }}
      className={joinClasses("min-w-0 overflow-hidden print:h-auto!", onOpen && "chart-marks")}
    >
      {width > 0 ? renderNode(picture, 0, onOpen && openMark) : null}
    </div>
  );
}

function ChartTable({
  rows,
  categoryLabel,
  category,
  series,
  formatCategory,
  formatValue,
  onOpen,
}: Omit<ChartProps, "isLoading" | "isFullHeight">) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-control">
        <thead>
          <tr className="border-b border-border text-meta text-text-muted">
            <th scope="col" className="h-row pe-4 text-start font-medium">
              {categoryLabel}
            </th>
            {series.map(({ key, label }) => (
              <th key={key} scope="col" className="ps-4 pe-2 text-number font-medium">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const name = formatCategory(row[category]);
            return (
              <tr key={name} className="border-b border-border">
                <th scope="row" className="h-row pe-4 text-start font-medium">
                  {name}
                </th>
                {series.map(({ key, label }) => {
                  const value = row[key];
                  const text = value === null || value === undefined ? "–" : formatValue(value);
                  return (
                    <td key={key} className={joinClasses("ps-4 text-number", onOpen === undefined && "pe-2")}>
                      {onOpen ? (
                        <Button
                          isSmall
                          variant="quiet"
                          aria-label={`${name}, ${label}: ${text}`}
                          onPress={() => onOpen(row, key)}
                        >
                          {text}
                        </Button>
                      ) : (
                        text
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
