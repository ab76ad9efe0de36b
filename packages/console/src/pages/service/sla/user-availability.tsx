import type { ConsoleRecord } from "../../../api/records.ts";
import { useKind } from "../../../api/schema.ts";
import { AvailabilityDialog } from "./availability-dialog.tsx";

interface UserAvailabilityProps {
  readonly id: string;
  readonly name: string;
  readonly onDone?: () => void;
  readonly onClose: () => void;
}

/** The availability of a user whose record is not loaded, such as an agent of a report or the signed-in user. */
export function UserAvailability({ id, name, ...handlers }: UserAvailabilityProps) {
  const { data: kind } = useKind("user");
  const action = kind?.actions.find((candidate) => candidate.name === "replaceUserAvailability");
  if (!kind || !action) return null;
  return <AvailabilityDialog kind={kind} record={{ id } as ConsoleRecord} name={name} action={action} {...handlers} />;
}
