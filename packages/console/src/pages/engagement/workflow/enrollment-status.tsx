import type { Kind } from "../../../api/kind.ts";
import type { Hue } from "../../../ui/kit/hue.ts";
import { Tag } from "../../../ui/kit/tag.tsx";

const hues: Readonly<Record<string, Hue>> = {
  PLANNED: "gray",
  ACTIVE: "blue",
  WAITING: "blue",
  HELD: "yellow",
  COMPLETED: "green",
  EXITED: "teal",
  STOPPED: "gray",
  FAILED: "red",
};

interface EnrollmentStatusProps {
  readonly status: string;
  /** The kind of enrollments, which names the statuses. Undefined while it loads. */
  readonly kind: Pick<Kind, "fields"> | undefined;
}

/** Where an enrollment stands. */
export function EnrollmentStatus({ status, kind }: EnrollmentStatusProps) {
  const choices = kind?.fields.find(({ name }) => name === "status")?.choices;
  const label = choices?.find(({ code }) => code === status)?.name;
  return label === undefined ? null : <Tag label={label} hue={hues[status] ?? "gray"} hasDot />;
}
