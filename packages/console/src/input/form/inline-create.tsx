import { type ReactNode, useCallback, useState } from "react";
import type { ConsoleRecord } from "../../api/records.ts";
import { formatTitle, type KindSummary } from "../../api/schema.ts";
import type { Option } from "../../ui/kit/option.tsx";
import { type CreateRecord, RecordCreationContext } from "../fields/record-creation.ts";
import { CreateDrawer } from "./create-drawer.tsx";

interface CreationRequest {
  readonly kind: KindSummary;
  readonly name: string;
  readonly answer: (option: Option | null) => void;
}

/** Lets references in its forms create what they do not find, in a drawer over the form. */
export function InlineCreate({ children }: { readonly children: ReactNode }) {
  const [requests, setRequests] = useState<readonly CreationRequest[]>([]);
  const createRecord = useCallback<CreateRecord>(
    (kind, name) => new Promise((answer) => setRequests((before) => [...before, { kind, name, answer }])),
    [],
  );
  const finish = (request: CreationRequest, record: ConsoleRecord | null): void => {
    request.answer(record === null ? null : { id: record.id, label: formatTitle(request.kind, record) });
    setRequests((before) => before.filter((other) => other !== request));
  };
  return (
    <RecordCreationContext value={createRecord}>
      {children}
      {requests.map((request) => (
        <CreateDrawer
          key={`${request.kind.kind} ${request.name}`}
          kindName={request.kind.kind}
          name={request.name}
          onCreated={(record) => finish(request, record)}
          onClose={() => finish(request, null)}
        />
      ))}
    </RecordCreationContext>
  );
}
