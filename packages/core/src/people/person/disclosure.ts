import * as z from "zod";
import { Visibility } from "../../storage/read/visibility.ts";
import { PERSON } from "./person.kind.ts";

/** Field of records of a person: whether users who see the record also see the person (docs/platform/visibility.md). */
export const personDisclosureField = z
  .enum(["LIMITED", "GRANTED"])
  .nullable()
  .describe(
    "LIMITED: the record joined a person whom its creator could not see, and shows only the person's data entered in the record; " +
      "GRANTED: a user who sees the person allowed the record to show them",
  );

export type PersonDisclosure = z.output<typeof personDisclosureField>;

export const isLimited = ({ person_sight }: { person_sight: PersonDisclosure }): boolean => person_sight === "LIMITED";

/** Returns the field for a new record of a person: LIMITED if the caller does not see the person. */
export const resolveDisclosure = async (person: string | null): Promise<PersonDisclosure> =>
  person === null || (await Visibility.filterVisibleIds(PERSON, [person])).has(person) ? null : "LIMITED";
