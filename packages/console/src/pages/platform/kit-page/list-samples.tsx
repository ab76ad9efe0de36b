import { Copy, Mail, Pencil, Phone, StickyNote, Trash2, Trophy } from "lucide-react";
import { useCallback, useState } from "react";
import { Grid } from "../../../ui/grid/grid.tsx";
import type { GridColumn, GridSort } from "../../../ui/grid/grid-types.ts";
import { TextCellEditor } from "../../../ui/grid/text-cell-editor.tsx";
import { formatExact, formatRelative } from "../../../ui/i18n/time.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { CardList } from "../../../ui/kit/card-list.tsx";
import { formatDecimal, isDecimal } from "../../../ui/kit/decimal.ts";
import { FilterBuilder } from "../../../ui/kit/filter-builder.tsx";
import type { FilterField } from "../../../ui/kit/filter-field.ts";
import type { FilterCondition } from "../../../ui/kit/filter-operators.ts";
import { CellLink, Link } from "../../../ui/kit/link.tsx";
import { MenuDivider, MenuItem } from "../../../ui/kit/menu.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { Timeline, type TimelineEntry } from "../../../ui/kit/timeline.tsx";
import { createLead, customers, LONG_TEXT, NOW, SAMPLE_COUNT, type SampleLead, statuses, ZONE } from "./samples.ts";
import { Section } from "./section.tsx";

const reader = { locale: document.documentElement.lang, timeZone: ZONE };

const columns: readonly GridColumn<SampleLead>[] = [
  {
    id: "name",
    label: "Name",
    width: 240,
    isSortable: true,
    render: (lead) => (
      <CellLink variant="title" href="/_kit">
        {lead.name}
      </CellLink>
    ),
  },
  {
    id: "status",
    label: "Status",
    width: 160,
    isSortable: true,
    render: ({ status }) => <Tag label={status.label} hue={status.hue} hasDot />,
  },
  {
    id: "company",
    label: "Company",
    width: 200,
    isSortable: true,
    render: (lead) => lead.company,
    editor: ({ row, commit, cancel }) => (
      <TextCellEditor label="Company" value={row.company} parse={(text) => text} commit={commit} cancel={cancel} />
    ),
  },
  {
    id: "amount",
    label: "Amount (EUR)",
    width: 120,
    isNumeric: true,
    isSortable: true,
    render: ({ amount }) =>
      amount !== null && isDecimal(amount) ? formatDecimal(amount, reader.locale, 2) : <span className="text-text-muted">–</span>,
  },
  { id: "owner", label: "Owner", width: 180, render: ({ owner }) => <Avatar name={owner} hasName /> },
  { id: "score", label: "Score", width: 80, isNumeric: true, render: ({ score }) => score },
  {
    id: "created",
    label: "Created",
    width: 140,
    render: ({ created }) => <span title={formatExact(created, reader)}>{formatRelative(created, NOW, reader)}</span>,
  },
  { id: "city", label: "City", width: 140, render: ({ city }) => city },
];

/** Rows after this one are still loading. */
const LOADED = 5000;

export function GridSamples() {
  const [sorts, setSorts] = useState<readonly GridSort[]>([{ column: "name", direction: "ascending" }]);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set(["lead-1"]));
  const [edits, setEdits] = useState<Readonly<Record<string, string>>>({});
  const [opened, setOpened] = useState("");
  const getRow = useCallback(
    (index: number) => {
      const lead = createLead(index);
      return index < LOADED ? { ...lead, company: edits[lead.id] ?? lead.company } : undefined;
    },
    [edits],
  );
  return (
    <Section title="Grid">
      <div className="h-grid min-w-0 overflow-hidden rounded-card border border-border">
        <Grid
          label="Leads"
          columns={columns}
          rowCount={SAMPLE_COUNT}
          getRow={getRow}
          getRowId={getLeadId}
          sorts={sorts}
          onSort={setSorts}
          selection={selection}
          onSelectionChange={setSelection}
          onEdit={(lead, _, value) => setEdits({ ...edits, [lead.id]: String(value) })}
          onOpen={(lead) => setOpened(lead.id)}
          rowMenu={rowMenu}
        />
      </div>
      <output className="text-meta text-text-muted" aria-label="State of the grid">
        {selection.size} selected, sorted by {sorts.map(({ column, direction }) => `${column} ${direction}`).join(", ")}
        {opened === "" ? "" : `, opened ${opened}`}
      </output>
    </Section>
  );
}

const getLeadId = ({ id }: SampleLead): string => id;

const rowMenu = () => (
  <>
    <MenuItem id="edit" label="Edit" icon={<Pencil />} />
    <MenuItem id="copy" label="Copy link" icon={<Copy />} />
    <MenuDivider />
    <MenuItem id="delete" label="Delete" icon={<Trash2 />} isDanger />
  </>
);

const fields: readonly FilterField[] = [
  { name: "name", label: "Name", type: "text" },
  { name: "status", label: "Status", type: "choice", options: statuses },
  { name: "customer_id", label: "Customer", type: "reference", options: customers },
  { name: "amount", label: "Amount", type: "money", currency: "EUR" },
  { name: "score", label: "Score", type: "number" },
  { name: "created_at", label: "Created", type: "instant" },
  { name: "is_vip", label: "VIP", type: "boolean" },
];

export function CardSamples() {
  return (
    <Section title="Cards">
      <div className="h-grid min-w-0 overflow-hidden rounded-card border border-border">
        <CardList
          label="Leads as cards"
          rowCount={SAMPLE_COUNT}
          getRow={(index) => (index < LOADED && index !== 1 ? createLead(index) : undefined)}
          getRowId={getLeadId}
          render={({ name, status, company }) => (
            <article className="relative flex min-w-0 flex-col gap-2">
              <header className="flex min-w-0 items-center gap-2">
                <span className="min-w-0 flex-1 truncate">
                  <Link variant="card" href="/_kit">
                    {name}
                  </Link>
                </span>
                <Tag label={status.label} hue={status.hue} hasDot />
              </header>
              <span dir="auto" className="truncate text-control">
                {company}
              </span>
            </article>
          )}
        />
      </div>
    </Section>
  );
}

export function FilterSamples() {
  const [conditions, setConditions] = useState<readonly FilterCondition[]>([
    { field: "status", operator: "in", values: ["new", "contacted"] },
    { field: "amount", operator: "gte", values: ["10000"] },
    { field: "created_at", operator: "gte", values: ["2026-11-01"] },
    { field: "name", operator: "prefix", values: [LONG_TEXT] },
    { field: "customer_id", operator: "is_null", values: ["true"] },
  ]);
  return (
    <Section title="Filters">
      <FilterBuilder fields={fields} value={conditions} onChange={setConditions} />
      <FilterBuilder fields={fields} value={[]} onChange={() => undefined} />
    </Section>
  );
}

const entries: readonly TimelineEntry[] = [
  {
    id: "1",
    at: "2026-11-27T09:12:00Z",
    icon: <Phone />,
    title: (
      <>
        <b className="font-medium">Anna Berger</b> called Northwind Boats
      </>
    ),
    body: "They want the survey before the end of the year. I promised a quote by Monday.",
    actions: <Button isSmall>Plan the next call</Button>,
  },
  { id: "2", at: "2026-11-27T08:40:00Z", icon: <Mail />, title: "Mail “Your refit” was opened" },
  { id: "3", at: "2026-11-26T16:05:00Z", icon: <StickyNote />, title: "Tomás Oliveira wrote a note", body: LONG_TEXT },
  { id: "4", at: "2026-11-03T07:30:00Z", icon: <Trophy />, title: "Stage moved from Proposal to Won" },
];

export function TimelineSamples() {
  return (
    <Section title="Timeline">
      <div className="grid min-w-0 gap-6 desktop:grid-cols-3">
        <Timeline label="Activity" entries={entries} now={NOW} timeZone={ZONE} onLoadMore={() => undefined} />
        <Timeline label="Loading activity" entries={[]} now={NOW} timeZone={ZONE} isLoading />
        <Timeline label="No activity" entries={[]} now={NOW} timeZone={ZONE} />
      </div>
    </Section>
  );
}
