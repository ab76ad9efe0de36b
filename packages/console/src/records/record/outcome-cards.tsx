import { listCardLinks } from "../../api/record-outcomes.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Kind, recordPath, useKindIndex } from "../../api/schema.ts";
import { listLabels } from "../../api/value-text.ts";
import { Link } from "../../ui/kit/link.tsx";
import { ListCard, ListCardRow } from "./list-card.tsx";

interface OutcomeCardsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** The records that a converted record became, beside its last result: the customer and the contact of a lead. */
export function OutcomeCards({ kind, record }: OutcomeCardsProps) {
  const { data: kinds = [] } = useKindIndex();
  return listCardLinks(kind.kind, record).map((name) => {
    const field = kind.fields.find((candidate) => candidate.name === name);
    const target = kinds.find((candidate) => candidate.kind === field?.record);
    const [label] = field ? listLabels(record, field) : [];
    if (!target || label?.id === undefined) return null;
    return (
      <ListCard key={name} title={target.label} count={undefined} isPending={false} hasFailed={false}>
        <ListCardRow
          title={
            <Link variant="title" href={recordPath(target, label.id)}>
              {label.name}
            </Link>
          }
          facts={[]}
        />
      </ListCard>
    );
  });
}
