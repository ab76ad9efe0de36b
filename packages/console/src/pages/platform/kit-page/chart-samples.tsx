import type { ChartRow } from "@crm/chart/spec.ts";
import { Chart, type ChartProps } from "../../../ui/kit/chart.tsx";
import { ARABIC_NAME, LONG_NAME } from "./samples.ts";
import { Section } from "./section.tsx";

const { lang } = document.documentElement;
const money = new Intl.NumberFormat(lang, { style: "currency", currency: "EUR", maximumFractionDigits: 0 });
const count = new Intl.NumberFormat(lang);

const months: readonly ChartRow[] = ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"].map((month, index) => ({
  month,
  won: String([120_000, 98_500, 143_200, 160_400, 131_000, 187_300][index]),
  lost: String([40_000, 61_000, 52_000, 48_300, 75_000, 44_100][index]),
  open: index === 2 ? null : String(80_000 + index * 14_000),
}));

const stages: readonly ChartRow[] = [
  { stage: "Lead", deals: 420 },
  { stage: "Qualified", deals: 261 },
  { stage: "Proposal", deals: 118 },
  { stage: "Negotiation", deals: 64 },
  { stage: "Won", deals: 41 },
];

const owners: readonly ChartRow[] = [
  { owner: "Anna Berger", deals: 42 },
  { owner: ARABIC_NAME, deals: 31 },
  { owner: LONG_NAME, deals: 17 },
  { owner: "Mei Tanaka", deals: 0 },
];

const sources: readonly ChartRow[] = [
  { source: "Web form", leads: 512 },
  { source: "Referral", leads: 240 },
  { source: "Fair", leads: 90 },
  { source: "Call", leads: 41 },
];

const base = {
  formatCategory: String,
  formatValue: (value: number | string) => money.format(Number(value)),
};

const monthly = { ...base, rows: months, category: "month", categoryLabel: "Month" };
const counted = { ...base, formatValue: (value: number | string) => count.format(Number(value)) };

const samples: readonly ChartProps[] = [
  {
    ...monthly,
    kind: "bar",
    title: "November was the best month",
    series: [{ key: "won", label: "Won" }],
    onOpen: () => undefined,
  },
  {
    ...monthly,
    kind: "stacked",
    title: "Won and lost by month",
    series: [
      { key: "won", label: "Won" },
      { key: "lost", label: "Lost" },
    ],
  },
  {
    ...monthly,
    kind: "line",
    title: "Is the pipeline growing?",
    series: [
      { key: "won", label: "Won" },
      { key: "open", label: "Open" },
    ],
  },
  {
    ...monthly,
    kind: "area",
    title: "Three figures with a legend",
    series: [
      { key: "won", label: "Won" },
      { key: "open", label: "Open" },
      { key: "lost", label: "Lost" },
    ],
  },
  {
    ...counted,
    rows: stages,
    kind: "funnel",
    title: "Where do deals stop?",
    category: "stage",
    categoryLabel: "Stage",
    series: [{ key: "deals", label: "Deals" }],
  },
  {
    ...counted,
    rows: sources,
    kind: "donut",
    title: "Six of ten leads come from the web",
    category: "source",
    categoryLabel: "Source",
    series: [{ key: "leads", label: "Leads" }],
  },
  {
    ...counted,
    rows: owners,
    kind: "bar",
    orientation: "horizontal",
    title: "Deals by owner",
    category: "owner",
    categoryLabel: "Owner",
    series: [{ key: "deals", label: "Deals" }],
  },
  { ...monthly, rows: [], kind: "bar", title: "Nothing in this period", series: [] },
  { ...monthly, isLoading: true, kind: "bar", title: "Loading", series: [] },
];

export function ChartSamples() {
  return (
    <Section title="Charts">
      <div className="grid min-w-0 gap-6 tablet:grid-cols-2 desktop:grid-cols-3">
        {samples.map((sample) => (
          <div key={sample.title} className="min-w-0 rounded-card border border-border bg-surface p-4">
            <Chart {...sample} />
          </div>
        ))}
      </div>
    </Section>
  );
}
