import type { ReactNode } from "react";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Field, Kind } from "../../api/schema.ts";
import { dateFormat, formatPercent } from "../../ui/i18n/formatters.ts";
import type { Hue } from "../../ui/kit/hue.ts";
import type { readPeriod, Span } from "./timeline-layout.ts";

/** A record of a timeline. */
export interface TimelineRow {
  readonly record: ConsoleRecord;
  /** Undefined: it has no dates. */
  readonly period: ReturnType<typeof readPeriod>;
  /** From 0 to 1. Undefined: the kind, or this record, has no progress. */
  readonly progress: number | undefined;
  readonly hue: Hue;
  /** The field that gives the hue. */
  readonly status: Field | undefined;
}

export interface TimelineRowsProps {
  readonly kind: Kind;
  readonly rows: readonly TimelineRow[];
  readonly span: Span;
  /** The width of the page, in pixels. */
  readonly width: number;
  readonly today: string;
  /** Shows the span of another day. */
  readonly onDay: (day: string) => void;
  /** Stands below the rows, such as a button that loads further ones. */
  readonly more: ReactNode;
}

/** Writes the days of a record: `3 – 28 Nov 2026`. */
export const formatPeriod = ({ start, end }: NonNullable<TimelineRow["period"]>, locale: string): string => {
  const [first, last] = [start, end].map((day) => new Date(`${day}T00:00:00Z`)) as [Date, Date];
  return dateFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).formatRange(first, last);
};

export const formatProgress = (progress: number, locale: string): string => formatPercent(progress * 100, locale, 0);
